-- Version 1, a length without these four bytes, a router and a label space; then messages: type, length, id (RFC 5036
-- section 3.1).
local function packet(v)
  local inner = v:u16(12)
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
  tcp { either = any { bytes "00 01 0? ?? ?? ?? ?? ?? 00 00 02 00 00", bytes "00 01 0? ?? ?? ?? ?? ?? 00 00 02 01 00",
    bytes "00 01 0? ?? ?? ?? ?? ?? 00 00 00 01 00" },
        alone = { "client", "server" }, check = function(m) return packet(m.client or m.server) end },

  example { client = hex "00 01 00 1E C0 00 02 01 00 00 01 00 00 14 00 00 00 00 04 00 00 04 00 0F 00 00",
    transport = "udp" },
  counterexample { client = hex "00 01 00 08 C0 00 02 01 00 00 01 00 00 14", transport = "udp" },
}
