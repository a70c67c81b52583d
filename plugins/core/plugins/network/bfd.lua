-- Version 1 in the top three bits, a state, a multiplier, the length (24 without authentication), two
-- discriminators and three intervals in microseconds (RFC 5880 section 4.1).
local function packet(v)
  local length = v:u8(3)
  return length == v:size() and v:u8(0) >> 5 == 1 and v:u8(0) & 31 <= 9 and v:u8(2) > 0 and v:u32(4) ~= 0
    and v:u32(12) <= 60000000 and v:u32(16) <= 60000000 and v:u32(20) <= 60000000
end

local start = all { any { bytes "20 ?? ?? 18", bytes "2? ?? ?? 18" }, length(24) }

protocol "bfd" {
  title     = "Bidirectional Forwarding Detection",
  reference = "RFC 5880 section 4.1, RFC 5881, RFC 7130",
  category  = "network",
  ports     = { "3784/udp", "4784/udp", "6784/udp" },

  -- Each end sends from a port of its own and is answered on another (RFC 5881 section 4): one direction is a
  -- session.
  udp { client = start, alone = "client", check = function(m) return not m.server and packet(m.client) end },
  udp { either = start, check = function(m) return packet(m.client) and packet(m.server) end },

  example { client = hex "20 40 03 18 00 00 00 01 00 00 00 00 00 0F 42 40 00 0F 42 40 00 00 00 00" },
  -- Down, answered by Init, on one pair of ports.
  example { client = hex "20 40 03 18 00 00 00 01 00 00 00 00 00 0F 42 40 00 0F 42 40 00 00 00 00",
    server = hex "20 80 03 18 00 00 00 02 00 00 00 01 00 0F 42 40 00 0F 42 40 00 00 00 00" },
  counterexample { client = hex "20 40 03 18 00 00 00 01 00 00 00 00 7F 0F 42 40 00 0F 42 40 00 00 00 00" },
}
