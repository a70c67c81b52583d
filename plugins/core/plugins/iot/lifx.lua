-- Little-endian: the size of the datagram, then protocol 1024 with the bits addressable and, to all, tagged;
-- a source, a target, and the type behind zeros (LIFX LAN protocol, header description).
local function packet(v)
  local kind = v:u16le(32)
  return v:u16le(0) == v:size() and kind >= 2 and kind < 1000 and v:u16(34) == 0
end

local function check(m)
  return (not m.client or packet(m.client)) and (not m.server or packet(m.server))
end

protocol "lifx" {
  title     = "LIFX LAN",
  reference = "LIFX LAN protocol, header description",
  category  = "iot",
  ports     = { "56700/udp" },

  udp { client = all { any { bytes "?? 00 00 34", bytes "?? 00 00 14", bytes "?? 01 00 34",
    bytes "?? 01 00 14" },
    length(36, 600) }, alone = "client", check = check },

  example { client = "\x24\0\0\x34\1\2\3\4" .. string.rep("\0", 24) .. "\2\0\0\0", transport = "udp",
    server = "\x29\0\0\x14\1\2\3\4" .. string.rep("\0", 24) .. "\3\0\0\0\1\x7C\xDD\0\0" },
  counterexample { client = "\x28\0\0\x34\1\2\3\4" .. string.rep("\0", 24) .. "\2\0\0\0", transport = "udp" },
}
