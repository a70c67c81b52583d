-- Radar data in blocks that fill the datagram: a category, the length of the block, a record whose first
-- bits say which items follow: the source (SAC, SIC) first, then for 34 a kind of message, for 34 and 48
-- the time of day in 1/128 s, for 62 a service and the time (EUROCONTROL ASTERIX part 1; parts 2b, 4, 9).
local function time(v, at) return v:u24(at) ~= nil and v:u24(at) < 0xA8C000 end

local function record(v, start)
  local category, present, at = v:u8(start), v:u8(start + 3), start + 3
  while v:u8(at) and v:u8(at) & 1 == 1 do
    at = at + 1
    if at > start + 8 then return false end
  end
  at = at + 3                                                    -- behind the bits, SAC and SIC
  if category == 34 then
    local kind = v:u8(at)
    return present & 0xE0 == 0xE0 and kind ~= nil and kind >= 1 and kind <= 4 and time(v, at + 1)
  end
  -- A plot or track of 48 has more items than the first seven.
  if category == 48 then return present & 0xC1 == 0xC1 and time(v, at) end
  -- Of 62 the second bit is spare.
  return category == 62 and present & 0xD1 == 0x91 and time(v, present & 0x20 ~= 0 and at + 1 or at)
end

local function blocks(v)
  local at, size = 0, v:size()
  for _ = 1, 20 do
    if at == size then return true end
    local length = v:u16(at + 1)
    if not length or length < 10 or at + length > size or not record(v, at) then return false end
    at = at + length
  end
  return false
end

protocol "asterix" {
  title     = "ASTERIX surveillance data",
  reference = "EUROCONTROL ASTERIX part 1, and parts 2b (34), 4 (48), 9 (62)",
  category  = "industrial",
  ports     = { "8600/udp" },

  udp { either = any { bytes "22 [00-05] ?? [E0-FF]", bytes "30 [00-05] ?? [C1-FF]",
    bytes "3E [00-05] ?? [91-BF]" },
    alone = { "client", "server" },
    check = function(m) return (not m.client or blocks(m.client)) and (not m.server
      or blocks(m.server)) end },

  example { client = hex "22 00 0B F0 19 C9 02 35 6D 4D A0", transport = "udp" },
  example { client = hex "30 00 30 FD F7 02 19 C9 35 6D 4D A0 C5 AF F1 E0 02 00 05 28 3C 66 0C 10 C2 36" ..
    hex "D4 18 20 01" ..
      hex "C0 78 00 31 BC 00 00 40 0D EB 07 B9 58 2E 41 00 20 F5", transport = "udp" },
  counterexample { client = hex "22 00 0C F0 19 C9 02 35 6D 4D A0", transport = "udp" },
  counterexample { client = hex "30 00 0B F0 19 C9 02 35 6D 4D A0", transport = "udp" },
}
