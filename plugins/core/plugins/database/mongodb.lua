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

protocol "mongodb" {
  title     = "MongoDB",
  reference = "MongoDB wire protocol: standard message header and opcodes",
  category  = "database",
  ports     = { "27017/tcp" },
  alternates = { "27018/tcp", "27019/tcp" },

  tcp { client = all { bytes "?? ?? ?? 00", ask }, server = all { bytes "?? ?? ?? 00", answer }, alone = "client",
    check = check },

  example {
    client = hex "3A 00 00 00 01 00 00 00 00 00 00 00 D4 07 00 00 00 00 00 00 61 64 6D 69 6E 2E 24 63 6D 64 00",
    server = hex "24 00 00 00 09 00 00 00 01 00 00 00 01 00 00 00 08 00 00 00",
  },
  counterexample { client = hex "3A 00 00 00 01 00 00 00 00 00 00 00 D4 08 00 00" },
}
