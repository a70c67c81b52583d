-- Version 1, a length without these four bytes, a router and a label space; then messages: type, length, id
-- (RFC 5036 section 3.1).
local function packet(v)
  local inner = v:u16(12)
  -- The first parameter: common hello 0400, common session 0500, status 0300.
  local kind, first = v:u16(10), v:u16(18)
  if first and kind ~= 0x0201 and first & 0x3FFF ~= (kind == 0x0100 and 0x0400 or kind == 0x0200 and 0x0500
    or 0x0300) then return false end
  return inner ~= nil and v:u16(2) >= 14 and v:u16(2) <= 4096 and inner + 10 <= v:u16(2)
end

-- Hello 0100 by UDP; initialise 0200, keep alive 0201, notification 0001 by TCP.
protocol "ldp" {
  title     = "Label Distribution Protocol",
  reference = "RFC 5036 section 3.1",
  category  = "network",
  ports     = { "646/udp", "646/tcp" },

  udp { either = bytes "00 01 00 ?? ?? ?? ?? ?? 00 00 01 00 00 ??", alone = { "client", "server" },
    check = function(m) return packet(m.client or m.server) end },
  tcp { either = any { bytes "00 01 0? ?? ?? ?? ?? ?? 00 00 02 00 00",
    bytes "00 01 0? ?? ?? ?? ?? ?? 00 00 02 01 00",
    bytes "00 01 0? ?? ?? ?? ?? ?? 00 00 00 01 00" },
        alone = { "client", "server" }, check = function(m) return packet(m.client or m.server) end },

  example { client = hex "00 01 00 1E C0 00 02 01 00 00 01 00 00 14 00 00 00 00 04 00 00 04 00 0F 00 00",
    transport = "udp" },
  -- Initialisation: both say how long they keep a session alive, 180 seconds.
  example {
    client = hex "00 01 00 20 C0 00 02 01 00 00 02 00 00 16 00 00 00 01 05 00 00 0E 00 01 00 B4 \z
      00 00 00 00 C0 00 02 02 00 00",
    server = hex "00 01 00 20 C0 00 02 02 00 00 02 00 00 16 00 00 00 01 05 00 00 0E 00 01 00 B4 \z
      00 00 00 00 C0 00 02 01 00 00",
    transport = "tcp" },
  counterexample { client = hex "00 01 00 08 C0 00 02 01 00 00 01 00 00 14", transport = "udp" },
}
