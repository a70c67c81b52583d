-- A header of four little-endian words: length, id, the id that is answered, operation (MongoDB wire protocol).  2004 asks,
-- 1 answers (old form); 2012 is compressed, 2013 serves both.
local function header(v, answering)
  local length, answers = v:u32le(0), v:u32le(8)
  if length < 16 or length > 48000000 then return false end
  return answering or answers == 0
end
local function check(m)
  return (not m.client or header(m.client, false)) and (not m.server or header(m.server, true))
end

-- D4 07: 2004, DC 07: 2012, DD 07: 2013, D1 to D7: the old operations.
local ask = any { at(12, bytes "D4 07 00 00"), at(12, bytes "DC 07 00 00"), at(12, bytes "DD 07 00 00"), at(12,
  bytes "D2 07 00 00") }
local answer = any { at(12, bytes "01 00 00 00"), at(12, bytes "DC 07 00 00"), at(12, bytes "DD 07 00 00") }

-- An answer alone: it answers something, and its first document (BSON) has a length that fits and begins with an element.
local function document(m)
  local v = m.server
  if not v or v:u32le(8) == 0 then return false end
  local length, old = v:u32le(0), v:u32le(12) == 1
  local at = old and 36 or 21
  local size, kind = v:u32le(at), v:u8(at + 4)
  if not kind then return more end
  if old and v:u32le(32) ~= 1 or not old and (v:u32le(16) > 3 or v:u8(20) ~= 0) then return false end
  if length > 0x100000 or size < 8 or size > length - at or old and size ~= length - at then return false end
  return kind >= 1 and kind <= 0x13
end

protocol "mongodb" {
  title     = "MongoDB",
  reference = "MongoDB wire protocol: standard message header and opcodes",
  category  = "database",
  ports     = { "27017/tcp" },
  alternates = { "27018/tcp", "27019/tcp" },

  tcp { client = all { bytes "?? ?? ?? 00", ask }, server = all { bytes "?? ?? ?? 00", answer }, alone = "client",
    check = check },

  tcp { server = all { bytes "?? ?? ?? 00", any { at(12, bytes "01 00 00 00"), at(12, bytes "DD 07 00 00") } }, alone = "server",
    check = document },

  example { server = hex "35 00 00 00 05 00 00 00 01 00 00 00 01 00 00 00 08 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
    .. hex "01 00 00 00 11 00 00 00 01 6F 6B 00 00 00 00 00 00 00 F0 3F 00" },
  counterexample { server = hex "35 00 00 00 05 00 00 00 01 00 00 00 01 00 00 00 08 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
    .. hex "01 00 00 00 12 00 00 00 01 6F 6B 00 00 00 00 00 00 00 F0 3F 00" },
  example {
    client = hex "3A 00 00 00 01 00 00 00 00 00 00 00 D4 07 00 00 00 00 00 00 61 64 6D 69 6E 2E 24 63 6D 64 00",
    server = hex "24 00 00 00 09 00 00 00 01 00 00 00 01 00 00 00 08 00 00 00",
  },
  counterexample { client = hex "3A 00 00 00 01 00 00 00 00 00 00 00 D4 08 00 00" },
}
