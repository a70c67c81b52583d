-- Version 1 (bit 4 says GTP, not GTP'): flags, type, length without these 8 bytes, a tunnel id; GTP-U sends packets as type
-- 255 (3GPP TS 29.281 section 5.1), GTP-C signals (TS 29.060).  Version 2: TS 29.274 section 5.1.
local function one(v)
  local kind, length = v:u8(1), v:u16(2)
  if not length or length == 0 and kind > 2 then return false end
  -- Captures may cut a packet short, and some networks pad one.
  if v:size() > 8 + length + 8 or v:size() < 8 then return false end
  if kind == 255 then
    if length < 20 or v:size() < 28 then return false end
    -- With sequence number, N-PDU number or extension (flags 1 to 7) four more bytes follow, then the extensions.
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
    local first = v:u8(at)
    return first ~= nil and (first >> 4 == 4 or first >> 4 == 6)
  end
  if kind <= 3 and v:u32(4) ~= 0 then return false end             -- echoes belong to no tunnel
  -- Echo, version, error, extension notice, end marker; from 16: sessions; 32 and on: location and mobility.
  local signal = kind >= 1 and kind <= 7 or kind >= 16 and kind <= 38 or kind >= 48 and kind <= 61 or kind == 254
    or kind >= 96 and kind <= 128
  return signal and v:size() >= 8 + length
end

-- Version 2: a tunnel id (flag 08), a sequence number, a spare byte; then elements of type, length and instance.
local function two(v)
  local flags, kind, length = v:u8(0), v:u8(1), v:u16(2)
  if not length or length < 4 or v:size() < 4 + length then return false end
  -- Flag 10 announces a second message behind the first.
  if flags & 0x10 == 0 and v:size() > 4 + length then return false end
  local at = flags & 8 ~= 0 and 12 or 8
  if v:u8(at - 1) ~= 0 then return false end
  local size = v:u16(at + 1)
  if at < 4 + length and (not size or at + 4 + size > 4 + length) then return false end
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
  ports     = { "2152/udp", "2123/udp" },
  tunnel    = "gtp",

  -- 30 to 37: version 1; 40, 48, 50, 58: version 2.
  udp { either = any {
          bytes "30 FF ?? ??", bytes "32 FF ?? ??", bytes "34 FF ?? ??", bytes "36 FF ?? ??", bytes "33 FF ?? ??",
          bytes "31 FF ?? ??", bytes "35 FF ?? ??", bytes "37 FF ?? ??",
          bytes "32 0? 00 ??", bytes "30 0? 00 ??", bytes "32 1? ?? ??", bytes "30 1? 00 ??", bytes "32 FE 00 ??",
            bytes "30 FE 00 ??", bytes "32 2? 00 ??", bytes "32 3? 00 ??",
          bytes "48 ?? 0? ??", bytes "58 ?? 0? ??", bytes "40 0? 00 ??" },
        alone = { "client", "server" },
        check = function(m) return (not m.client or message(m.client)) and (not m.server or message(m.server)) end },

  example { client = hex "30 FF 00 14 00 00 00 01 45 00 00 14 00 00 00 00 40 06 00 00 C0 00 02 01 C0 00 02 02" },
  example { client = hex "32 01 00 04 00 00 00 00 00 01 00 00", server = hex "32 02 00 06 00 00 00 00 00 01 00 00 0E 00" },
  example { client = hex "48 20 00 0C 00 00 00 00 00 00 01 00 01 00 00 00" },
  counterexample { client = hex "30 FF 00 14 00 00 00 01 95 00 00 14 00 00 00 00 40 06 00 00 C0 00 02 01 C0 00 02 02" },
  counterexample { client = hex "30 FF 00 15 00 00 00 01 45" },
}
