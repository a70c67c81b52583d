-- Every link frame begins with 05 64, a length from 5 up, a control byte, two addresses (little end first)
-- and a CRC of those eight bytes (IEEE 1815-2012 section 9.2).

-- Whether the header's CRC holds (polynomial 0x3D65, reflected A6BC, inverted), four bits at a time.
local steps = {}
for bits = 0, 15 do
  local crc = bits
  for _ = 1, 4 do
    if crc & 1 == 1 then crc = crc >> 1 ~ 0xA6BC else crc = crc >> 1 end
  end
  steps[bits] = crc
end
local function crc_holds(v)
  local crc = 0
  for at = 0, 7 do
    crc = crc ~ v:u8(at)
    crc = crc >> 4 ~ steps[crc & 15]
    crc = crc >> 4 ~ steps[crc & 15]
  end
  return v:u16le(8) == crc ~ 0xFFFF
end

local function frame(v)
  return v:size() >= 10 and v:u8(2) >= 5 and crc_holds(v)
end

-- One good checksum is proof enough: devices and tools do send damaged frames.
local function check(m)
  return m.client ~= nil and frame(m.client) or m.server ~= nil and frame(m.server)
end

protocol "dnp3" {
  title     = "Distributed Network Protocol 3",
  reference = "IEEE 1815-2012 section 9.2",
  category  = "industrial",
  also      = { "dnp", "dnp3_tcp", "dnp3_udp" },
  ports     = { "20000/tcp", "20000/udp" },
  alternates = { "19999/tcp" },

  tcp { either = bytes "05 64", alone = { "client", "server" }, check = check },
  tcp { server = bytes "05 64", check = function(m) return frame(m.server) end },
  udp { either = bytes "05 64", alone = { "client", "server" }, check = check },

  example { client = hex "05 64 05 C0 01 00 00 04 E9 21", server = hex "05 64 05 00 00 04 01 00 19 A6" },
  -- An outstation reports its restart, whatever was said to it.
  example { client = "\r\n\r\n", server = hex "05 64 0A 44 00 04 01 00 59 5E C0 F0 82 80 00 6B 7D",
    transport = "tcp" },
  counterexample { client = hex "05 64 05 C0 01 00 00 04 00 00" },
}
