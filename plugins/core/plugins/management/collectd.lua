-- Parts of type, length (with these four bytes) and content; strings end with a zero byte (collectd, binary
-- protocol). Host 0, time 1 and 8, plugin 2 and 3, type 4 and 5, values 6, interval 7 and 9, message 0100 and
-- 0101; a datagram may be signed (0200: 32 bytes, then a user) or encrypted as a whole (0210: the user's
-- length, the user, ...).
local known = { [0] = true, [1] = true, [2] = true, [3] = true, [4] = true, [5] = true, [6] = true,
  [7] = true,
  [8] = true, [9] = true, [0x100] = true, [0x101] = true }
local numbers = { [1] = true, [7] = true, [8] = true, [9] = true, [0x101] = true }

-- The parts must fill the datagram; only a datagram that is longer than what is seen may break off.
local function parts(v, at)
  local size, count = v:size(), 0
  while at < size do
    local kind, length = v:u16(at), v:u16(at + 2)
    if not length then return count >= 4 and size >= 1024 end
    if not known[kind] or length < 5 or numbers[kind] and length ~= 12 then return false end
    if kind <= 5 and not numbers[kind] and at + length <= size
      and v:u8(at + length - 1) ~= 0 then return false end
    at, count = at + length, count + 1
    if count > 120 then return true end
  end
  return count >= 2 and (at == size or size >= 1024)
end

local function signed(v)
  local length = v:u16(2)
  return length ~= nil and length > 36 and length < 200 and parts(v, length)
end

-- A user's name, then 16 bytes of vector and 20 of checksum behind it.
local function encrypted(v)
  local length, user = v:u16(2), v:u16(4)
  if not user or length ~= v:size() or user < 1 or user > 64 or 6 + user + 36 > length then return false end
  for i = 6, 5 + user do
    local letter = v:u8(i)
    if letter < 0x21 or letter > 0x7E then return false end
  end
  return true
end

protocol "collectd" {
  title     = "collectd",
  reference = "collectd wiki: Binary protocol",
  category  = "management",
  ports     = { "25826/udp" },

  -- A host's name, letters; at least three of them.
  udp { client = bytes "00 00 00 ?? [2d-7a] [2d-7a] [2d-7a]", alone = "client",
    check = function(m) return parts(m.client, 0) end },
  udp { client = all { bytes "02 00 00 ??", length(60, 65507) }, alone = "client",
    check = function(m) return signed(m.client) end },
  udp { client = all { bytes "02 10 ?? ?? 00 ??", length(60, 65507) }, alone = "client",
    check = function(m) return encrypted(m.client) end },

  fields { client = function(m)
    if not m.client or m.client:u16(0) ~= 0 then return nil end
    return { hostname = m.client:bytes(4, m.client:u16(2) - 5) }
  end },

  example { client = hex "0000000A" .. "host1\0" .. hex "0008000C 1A2B3C4D5E6F7081" .. hex "00020008"
    .. "cpu\0",
    transport = "udp" },
  example { client = hex "02000028" .. string.rep("\xA5", 32) .. "user" .. hex "0000000A" .. "host1\0"
    .. hex "0001000C 0000000065000000", transport = "udp" },
  example { client = hex "02100048 0004" .. "user" .. string.rep("\x5A", 62), transport = "udp" },
  counterexample { client = hex "0000000A" .. "host1\1" .. hex "0008000C 1A2B3C4D5E6F7081",
    transport = "udp" },
  counterexample { client = hex "00000000 01020304 05060708", transport = "udp" },
}
