-- RMCP: version 6, reserved, a sequence (FF: no acknowledgement), a class: 6 for ASF, 7 for IPMI.  ASF names
-- IANA's number 4542 (11BE); IPMI has an authentication type, a sequence and a session, then a length that
-- must fill the datagram; type 6 is RMCP+ with a payload type before and a length of two bytes, least
-- significant first (IPMI 2.0, section 13).
local function message(v)
  local class, size = v:u8(3) & 0x7F, v:size()
  if class == 6 then
    if v:u8(3) == 0x86 then return size == 4 end                 -- an acknowledgement
    local length = v:u8(11)
    return length ~= nil and v:u32(4) == 0x11BE and size >= 12 + length and size <= 64
  end
  local kind = v:u8(4)
  if kind == 6 then
    local payload = v:u8(5)
    if not payload then return false end
    -- Oem payloads (2) carry six bytes more.
    local at = payload & 0x3F == 2 and 20 or 14
    local length = v:u16le(at)
    return length ~= nil and at + 2 + length <= size and size <= at + 2 + length + 32
  end
  local at = kind == 0 and 13 or 29
  local length = v:u8(at)
  return length ~= nil and length >= 7 and size >= at + 1 + length and size <= at + 2 + length
end

local function check(m)
  return (not m.client or message(m.client)) and (not m.server or message(m.server))
end

protocol "ipmi" {
  title     = "IPMI over LAN (RMCP)",
  reference = "IPMI 2.0 specification sections 13.1 to 13.8, ASF 2.0 section 3.2",
  category  = "management",
  also      = { "asf-rmcp" },
  ports     = { "623/udp" },
  alternates = { "664/udp" },

  -- Authentication types: 0 none, 1 MD2, 2 MD5, 4 password, 5 OEM, 6 RMCP+.
  udp { either = any { bytes "06 00 FF 07 [00-06]", bytes "06 00 ?? 06 00 00 11 BE", bytes "06 00 ?? 86" },
        alone = { "client", "server" }, check = check },

  fields { server = function(m)
    local v = m.server
    if not v or v:u8(3) ~= 7 then return nil end
    return { protocol_version = v:u8(4) == 6 and "2.0" or "1.5" }
  end },

  example { client = hex "06 00 FF 07 00 00 00 00 00 00 00 00 00 09 20 18 C8 81 04 38 8E 04 B1",
    transport = "udp" },
  example { client = hex "06 00 FF 06 00 00 11 BE 80 01 00 00", transport = "udp",
    server = hex "06 00 FF 06 00 00 11 BE 40 01 00 10 00 00 11 BE 00 00 00 00 81 00 00 00 00 00 00 00" },
  example { client = hex "06 00 FF 07 06 10 00 00 00 00 00 00 00 00 04 00 11 22 33 44", transport = "udp" },
  counterexample { client = hex "06 00 FF 07 00 00 00 00 00 00 00 00 00 40 20 18 C8 81", transport = "udp" },
}
