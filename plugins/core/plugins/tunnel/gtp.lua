-- Version 1 (bit 4 says GTP, not GTP'): flags, type, length without these 8 bytes, a tunnel id; GTP-U sends
-- packets as type 255 (3GPP TS 29.281 section 5.1), GTP-C signals (TS 29.060).  Version 2: TS 29.274
-- section 5.1.

-- The elements of version 1 below 80 have fixed sizes, the others a length (TS 29.060 section 7.7).
local sizes = { [1] = 1, [2] = 8, [3] = 6, [4] = 4, [5] = 4, [8] = 1, [9] = 28, [11] = 1, [12] = 3, [13] = 1,
  [14] = 1, [15] = 1,
  [16] = 4, [17] = 4, [18] = 5, [19] = 1, [20] = 1, [21] = 1, [22] = 9, [23] = 1, [24] = 1, [25] = 2,
    [26] = 2, [27] = 2, [28] = 2,
  [29] = 1, [117] = 10, [118] = 9, [126] = 1, [127] = 4 }
local function elements(v, stop)
  local at = v:u8(0) & 7 ~= 0 and 12 or 8
  if v:u8(0) & 4 ~= 0 and v:u8(11) ~= 0 then return true end      -- extension headers come first
  for _ = 1, 60 do
    if at == stop then return true end
    local kind, size = v:u8(at), v:u16(at + 1)
    if at > stop or not kind then return false end
    if kind >= 128 then
      if not size then return false end
      at = at + 3 + size
    else
      if not sizes[kind] then return false end
      at = at + 1 + sizes[kind]
    end
  end
  return true
end

local function one(v)
  local kind, length = v:u8(1), v:u16(2)
  if not length or length == 0 and kind > 2 then return false end
  -- Captures may cut a packet short, and some networks pad one.
  if v:size() > 8 + length + 8 or v:size() < 8 then return false end
  if kind == 255 then
    if length < 20 or v:size() < 28 then return false end
    -- With sequence number, N-PDU number or extension (flags 1 to 7) four more bytes follow, then the
    -- extensions.
    local at = 8
    if v:u8(0) & 7 ~= 0 then
      local extension = v:u8(11)
      at = 12
      for _ = 1, 8 do
        if v:u8(0) & 4 == 0 or extension == 0 then break end
        local words = v:u8(at)
        if not words or words == 0 then return false end
        extension, at = v:u8(at + words * 4 - 1), at + words * 4
      end
    end
    -- The packet inside knows its own length, which is what is left; some networks pad.
    local first, left = v:u8(at), 8 + length - at
    if first == nil then return false end
    if first >> 4 == 4 then
      local inner = v:u16(at + 2)
      return first & 15 >= 5 and inner ~= nil and inner >= 20 and inner <= left and left - inner <= 46
    end
    local inner = v:u16(at + 4)
    return first >> 4 == 6 and inner ~= nil and inner + 40 <= left and left - inner - 40 <= 46
  end
  -- Echoes belong to no tunnel and have a number.
  if kind <= 3 and (v:u32(4) ~= 0 or v:u8(0) & 2 == 0) then return false end
  -- Echo, version, error, extension notice, end marker; from 16: sessions; 32 and on: location and mobility.
  local signal = kind >= 1 and kind <= 7 or kind >= 16 and kind <= 38 or kind >= 48 and kind <= 61
    or kind == 254
    or kind >= 96 and kind <= 128
  return signal and v:size() >= 8 + length and (kind < 16 or kind == 254 or elements(v, 8 + length))
end

-- Version 2: a tunnel id (flag 08), a sequence number, a spare byte; then elements of type, length and
-- instance.
local function two(v)
  local flags, kind, length = v:u8(0), v:u8(1), v:u16(2)
  if not length or length < 4 or v:size() < 4 + length then return false end
  -- Flag 10 announces a second message behind the first.
  if flags & 0x10 == 0 then
    if v:size() > 4 + length then return false end
  else
    local rest = v:u16(4 + length + 2)
    if not rest or v:u8(4 + length) >> 5 ~= 2 or v:size() ~= 4 + length + 4 + rest then return false end
  end
  local at = flags & 8 ~= 0 and 12 or 8
  if v:u8(at - 1) ~= 0 then return false end
  for _ = 1, 60 do
    if at >= 4 + length then break end
    local size = v:u16(at + 1)
    if not size or at + 4 + size > 4 + length then return false end
    at = at + 4 + size
  end
  return kind >= 1 and kind <= 3 or kind >= 25 and kind <= 211
end

local function message(v)
  if v:u8(0) >> 5 == 2 then return two(v) end
  return one(v)
end

protocol "gtp" {
  title     = "GPRS Tunnelling Protocol",
  reference = "3GPP TS 29.281 section 5.1, TS 29.060, TS 29.274 section 5.1",
  category  = "tunnel",
  also      = { "gtpv1", "gtpv2" },
  ports     = { "2152/udp", "2123/udp" },
  tunnel    = "gtp",

  -- 30 to 37: version 1; 40, 48, 50, 58: version 2.
  -- Version 0 (GSM 09.60): a header of 20 bytes, with FF FF FF before the tunnel's id; echoes, contexts and
  -- errors.
  udp { either = all { bytes "1E [01-03,10-15,1A-1B] ?? ?? ?? ?? ?? ?? ?? FF FF FF", sized(2, 2, 20),
    length(20, 1500) },
    alone = { "client", "server" } },
  udp { either = any {
          bytes "30 FF ?? ??", bytes "32 FF ?? ??", bytes "34 FF ?? ??", bytes "36 FF ?? ??",
            bytes "33 FF ?? ??",
          bytes "31 FF ?? ??", bytes "35 FF ?? ??", bytes "37 FF ?? ??",
          bytes "32 0? 00 ??", bytes "30 0? 00 ??", bytes "32 1? ?? ??", bytes "30 1? 00 ??",
            bytes "32 FE 00 ??",
            bytes "30 FE 00 ??", bytes "32 2? 00 ??", bytes "32 3? 00 ??",
          bytes "48 ?? 0? ??", bytes "58 ?? 0? ??", bytes "40 0? 00 ??" },
        alone = { "client", "server" },
        check = function(m) return (not m.client or message(m.client)) and (not m.server
          or message(m.server)) end },

  example { client = hex "30 FF 00 14 00 00 00 01 45 00 00 14 00 00 00 00 40 06 00 00 C0 00 02 01 C0 00" ..
    hex "02 02" },
  example { client = hex "32 01 00 04 00 00 00 00 00 01 00 00",
    server = hex "32 02 00 06 00 00 00 00 00 01 00 00 0E 00" },
  example { client = hex "48 20 00 0C 00 00 00 00 00 00 01 00 01 00 00 00" },
  example { client = hex "1E 01 00 00 00 01 00 00 FF FF FF FF 00 00 00 00 00 00 00 00",
    server = hex "1E 02 00 02 00 01 00 00 FF FF FF FF 00 00 00 00 00 00 00 00 0E 01" },
  counterexample { client = hex "1E 01 00 01 00 01 00 00 FF FF FF FF 00 00 00 00 00 00 00 00" },
  counterexample { client = hex "30 FF 00 14 00 00 00 01 95 00 00 14 00 00 00 00 40 06 00 00 C0 00 02" ..
    hex "01 C0 00 02 02" },
  counterexample { client = hex "30 FF 00 15 00 00 00 01 45" },
}
