-- AA, a frame type (0 data, 1 header, 2 and 3 configuration, 4 command) with a version, the length of the
-- frame, an id (IEEE C37.118.2-2011 section 6.2).
local function frame(v)
  local length = v:u16(2)
  return length ~= nil and length >= 16 and (v:size() <= length or v:u8(length) == 0xAA)
end
local function check(m)
  return (not m.client or frame(m.client)) and (not m.server or frame(m.server))
end
local function exact(m)
  return check(m) and m.client:u16(2) <= m.client:size() and m.server:u16(2) <= m.server:size()
end
-- The last two bytes are a CRC-CCITT of all before (annex B), which makes a frame certain by itself.
local function sealed(v)
  local length = v:size()
  if v:u16(2) ~= length or length > 1500 then return false end
  local crc = 0xFFFF
  for at = 0, length - 3 do
    local x = (crc >> 8) ~ v:u8(at)
    x = x ~ (x >> 4)
    crc = (crc << 8 ~ x << 12 ~ x << 5 ~ x) & 0xFFFF
  end
  return v:u16(length - 2) == crc
end
local header = any {
  bytes "AA 41 00 12", bytes "AA 42 00 12", bytes "AA 01 ?? ??", bytes "AA 02 ?? ??", bytes "AA 11 ?? ??",
    bytes "AA 12 ?? ??", bytes "AA 21 ?? ??", bytes "AA 22 ?? ??", bytes "AA 31 ?? ??", bytes "AA 32 ?? ??",
    bytes "AA 52 ?? ??",
}

protocol "ieee-c37118" {
  title     = "IEEE C37.118 synchrophasors",
  reference = "IEEE C37.118.2-2011 section 6.2",
  category  = "industrial",
  ports     = { "4712/tcp", "4713/udp" },

  tcp { either = header, check = check },
  udp { either = header, check = exact },
  -- A command is 18 bytes long and hardly mistaken.
  udp { client = all { any { bytes "AA 41 00 12", bytes "AA 42 00 12" }, length(18) }, alone = "client" },

  udp { either = all { header, length(16, 1500) }, alone = { "client", "server" },
        check = function(m) return sealed(m.server or m.client) end },

  example { client = hex "AA 41 00 12 00 01 00 00 00 00 00 00 00 00 00 05 E5 E8",
    server = hex "AA 31 00 86 00 01 48 93 34 4A 00 19 99 9A", transport = "tcp" },
  -- Data, please: nothing yet, a frame, two frames in one datagram.
  example { client = hex "AA 41 00 12 00 01 69 55 B9 00 00 00 00 00 00 02 62 A9",
    transport = "udp" },
  example { client = hex "AA 41 00 12 00 01 69 55 B9 00 00 00 00 00 00 02 62 A9",
    server = hex "AA 01 00 1A 00 01 69 55 B9 00 00 00 00 00 00 00 39 20 00 00 00 0C 00 00 20 56",
    transport = "udp" },
  example { client = hex "AA 41 00 12 00 01 69 55 B9 00 00 00 00 00 00 02 62 A9",
    server = hex "AA 01 00 1A 00 01 69 55 B9 00 00 00 4E 20 00 00 39 20 00 00 00 0C 00 00 47 FA" ..
      hex "AA 01 00 1A 00 01 69 55 B9 00 00 00 9C 40 00 00 39 20 00 00 00 0C 00 00 EF 0E",
    transport = "udp" },
  counterexample { client = hex "AA 41 00 12 00 01 00 00", server = hex "55 31 00 86", transport = "tcp" },
}
