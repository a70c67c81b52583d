-- A version, a count, the uptime, the time.  Version 5 (1, 7) holds count records of 48 (52) bytes; version 9
-- holds sets of an id and a length: 0 templates, 1 options, 256 and more data (Cisco NetFlow export datagram
-- formats, RFC 3954 section 5).
local heads, records = { [1] = 16, [5] = 24, [7] = 24 }, { [1] = 52, [5] = 48, [7] = 52 }

local function fixed(m)
  local v = m.client
  local version, count = v:u16(0), v:u16(2)
  -- The time: since the year 2000.
  return v:u32(8) > 0x386D4380 and v:size() == heads[version] + count * records[version]
end

local function sets(m)
  local v = m.client
  local size, at, last = v:size(), 20, nil
  if v:u32(8) < 0x386D4380 or v:u16(2) == 0 then return false end
  for count = 1, 60 do
    local id, length = v:u16(at), v:u16(at + 2)
    if not length then return at == size or at > size and size >= 1024 and count > 2 end
    if id > 1 and id < 256 or length < 4 then return false end
    at, last = at + length, id
    if at == size then return last ~= nil end
  end
  return true
end

protocol "netflow" {
  title     = "Cisco NetFlow",
  reference = "RFC 3954 section 5; Cisco NetFlow export datagram formats, versions 1, 5 and 7",
  category  = "management",
  ports     = { "2055/udp", "9995/udp" },
  alternates = { "9996/udp", "2056/udp", "9555/udp", "9025/udp" },

  udp { client = all { any { bytes "00 01 00 [01-18]", bytes "00 05 00 [01-1e]", bytes "00 07 00 [01-1b]" },
    length(64, 1500) }, alone = "client", check = fixed },
  -- The source id (at 16) is loose; the first set is a template or data.
  udp { client = all { bytes "00 09 00 [01-7f]", length(28, 9000), any { at(20, bytes "00 [00-01]"),
    at(20, bytes "[01-0f]") } }, alone = "client", check = sets },

  fields { either = function(m)
    return m.client and { protocol_version = string.format("%d", m.client:u16(0)) }
  end },

  example { client = hex "0005 0001 00010000 65000000 00000000 00000001 00 00 0000" .. string.rep("\1", 48),
    transport = "udp" },
  example { client = hex "0009 0001 00010000 65000000 00000001 00000000 0000 000C 0100 0001 0008 0004",
    transport = "udp" },
  counterexample { client = hex "0005 0002 00010000 65000000 00000000 00000001 00 00 0000" .. string.rep("\1",
    48),
    transport = "udp" },
  counterexample { client = hex "0009 0001 00010000 65000000 00000001 00000000 0000 000D 0100 0001 0008 0004",
    transport = "udp" },
}
