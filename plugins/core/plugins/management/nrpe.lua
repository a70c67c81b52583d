-- A version, a type (1 asks, 2 answers, 3 answers with more to come), a CRC-32 over the packet in which the
-- CRC is zero, a result; version 2 has always 1036 bytes, 3 and 4 say how long the text is (NRPE, packet
-- structure).
local crcs = {}
for i = 0, 255 do
  local c = i
  for _ = 1, 8 do c = (c & 1) == 1 and (c >> 1) ~ 0xEDB88320 or c >> 1 end
  crcs[i] = c
end

local function packet(v)
  local version, kind, size = v:u16(0), v:u16(2), v:size()
  local length = 1036
  if version ~= 2 then
    local text = v:u32(12)
    if not text then return more end
    if text < 1 or text > 65535 then return false end
    length = 16 + text
  end
  if v:u16(8) == nil then return more end
  if kind ~= 1 and v:u16(8) > 3 then return false end            -- OK, warning, critical, unknown
  -- too long to sum up here
  if length > 1200 then return version ~= 2 and kind ~= 1 and (v:u8(16) or 32) >= 32 end
  -- Version 3 counts three bytes of padding that some builds leave out.
  if size < length then return length - size > 3 and more or version ~= 2 end
  local crc = 0xFFFFFFFF
  for i = 0, length - 1 do
    local byte = (i >= 4 and i < 8) and 0 or v:u8(i)
    crc = crcs[(crc ~ byte) & 255] ~ (crc >> 8)
  end
  return v:u32(4) == crc ~ 0xFFFFFFFF or version ~= 2 and size > length
end

local function check(m)
  local ask = m.client and packet(m.client)
  if m.client and ask ~= true then return ask end
  return not m.server or packet(m.server)
end

protocol "nrpe" {
  title     = "Nagios Remote Plugin Executor",
  reference = "NRPE source documentation: packet structure, versions 2 to 4",
  category  = "management",
  ports     = { "5666/tcp" },

  tcp { client = bytes "00 [02-04] 00 01", server = any { bytes "00 [02-04] 00 02",
    bytes "00 [02-04] 00 03" },
        alone = { "client", "server" }, check = check },

  fields {
    server = { function(m)
      local v = m.server or m.client
      return v and { protocol_version = string.format("%d", v:u16(0)) }
    end, [[(?s)^\x00\x02.{8}NRPE v(?<version>[\w.\-]+)]],
      [[(?s)^\x00[\x03\x04].{14}NRPE v(?<version>[\w.\-]+)]] },
  },

  example { client = hex "0003 0001 9183A08D 0000 0000 0000000C" .. "_NRPE_CHECK\0" },
  example { client = hex "0003 0001 9183A08D 0000 0000 0000000C" .. "_NRPE_CHECK\0",
    server = hex "0003 0002 DF7F94C3 0000 0000 0000000C" .. "NRPE v4.1.0\0" },
  example { server = hex "0002 0002 22BF2D33 0000" .. "NRPE v2.15" .. string.rep("\0", 1016) },
  counterexample { client = hex "0003 0001 9183A08C 0000 0000 0000000C" .. "_NRPE_CHECK\0" },
  counterexample { client = hex "00 02 00 01 00 00 00 00 00 00" },
}
