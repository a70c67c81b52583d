-- Over the ISO transport (TPKT, COTP) a session request 0D or its acceptance 0E; the presentation layer in
-- it names the abstract syntax of MMS, 1.0.9506.2.1 (ISO 8327-1, ISO 8823-1, ISO 9506-2).  IEC 61850 and
-- TASE.2 speak MMS.
local syntax = contains "\x28\xCA\x22\x02\x01"

-- After that: session 01 00 01 00, then presentation data 61 {30 {context, A0 {PDU}}}; the inner length
-- must fit.
local function data(v)
  -- behind TPKT, COTP and the session's four bytes
  local at = 11
  local function long()
    local first = v:u8(at)
    if not first then return nil end
    if first < 0x80 then at = at + 1; return first end
    if first == 0x81 then at = at + 2; return v:u8(at - 1) end
    if first == 0x82 then at = at + 3; return v:u16(at - 2) end
    return nil
  end
  if v:u8(at) ~= 0x61 then return false end
  at = at + 1
  local outer = long()
  if not outer or v:u16(2) ~= at + outer or v:u8(at) ~= 0x30 then return false end
  at = at + 1
  local inner = long()
  if not inner or v:u8(at) ~= 2 or v:u8(at + 1) ~= 1 or v:u8(at + 3) ~= 0xA0 then return false end
  at = at + 4
  local pdu = long()
  -- Confirmed request, response and error, unconfirmed, reject; 8A and 8B (conclude) have no content.
  local kind = v:u8(at)
  return pdu ~= nil and kind ~= nil and (kind >= 0xA0 and kind <= 0xA4 or kind == 0xA8 or kind == 0xA9)
end

protocol "mms" {
  title     = "Manufacturing Message Specification (IEC 61850, TASE.2)",
  reference = "ISO 9506-2, ISO 8327-1, ISO 8823-1, RFC 1006",
  category  = "industrial",
  shares    = { "102/tcp" },                                     -- of S7

  tcp { client = all { bytes "03 00 00 ?? ?? E0 00 00", syntax },
        server = all { bytes "03 00 00 ?? ?? D0", any { syntax, contains "\x02\xF0\x80\x0E" } },
          alone = "client" },
  tcp { client = all { bytes "03 00 0? ?? 02 F0 80 0D", syntax }, server = bytes "03 00 0? ?? 02 F0 80 0E",
        alone = "client" },
  tcp { either = bytes "03 00 ?? ?? 02 F0 80 01 00 01 00 61", alone = { "client", "server" },
        check = function(m) return (not m.client or data(m.client)) and (not m.server
          or data(m.server)) end },

  example {
    client = hex "03 00 00 16 11 E0 00 00 00 01 00 C0 01 0D C1 02 00 01 C2 02 00 01" ..
      hex "03 00 00 30 02 F0 80 0D 27 C1 25 31 23 A0 03 80 01 01 A2 1C A4 1A 30 0F 02 01 01 06 04 52 01" ..
        hex "00 01 30 04" ..
      hex "06 02 51 01 30 07 02 01 03 06 05 28 CA 22 02 01",
    server = hex "03 00 00 16 11 D0 00 01 00 07 00 C0 01 0D C1 02 00 01 C2 02 00 01 03 00 00 09 02 F0" ..
      hex "80 0E 02 05 06",
  },
  example {
    client = hex "03 00 00 30 02 F0 80 0D 27 C1 25 31 23 A0 03 80 01 01 A2 1C A4 1A 30 0F 02 01 01 06" ..
      hex "04 52 01 00" ..
      hex "01 30 04 06 02 51 01 30 07 02 01 03 06 05 28 CA 22 02 01",
  },
  example { client = hex "03 00 00 1C 02 F0 80 01 00 01 00 61 0F 30 0D 02 01 03 A0 08 A0 06 02 01 01 82" ..
    hex "01 00" },
  counterexample {                                               -- S7
    client = hex "03 00 00 16 11 E0 00 00 00 01 00 C1 02 01 00 C2 02 01 02 C0 01 0A 03 00 00 19 02 F0" ..
      hex "80 32 01 00 00",
    server = hex "03 00 00 16 11 D0 00 01 00 02 00 C0 01 0A C1 02 01 00 C2 02 01 02",
  },
}
