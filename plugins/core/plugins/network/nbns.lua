-- NetBIOS names in DNS's form (RFC 1002 section 4.2): 16 bytes, each written as two letters A to P, in one label of 32,
-- asked for with type NB (32) or NBSTAT (33), class Internet.

local function message(v)
  local opcode = v:u8(2) >> 3 & 15
  -- Query, registration, release, wait, refresh (8 or 9), multi-homed registration.
  if not (opcode == 0 or opcode >= 5 and opcode <= 9 or opcode == 15) then return false end
  if v:size() < 50 then return false end
  for at = 13, 44 do
    local letter = v:u8(at)
    if letter < 0x41 or letter > 0x50 then return false end
  end
  -- The name's scope may follow as more labels.
  local at = 45
  for _ = 1, 10 do
    local length = v:u8(at)
    if not length or length > 63 then return false end
    at = at + 1 + length
    if length == 0 then break end
  end
  local kind, class = v:u16(at), v:u16(at + 2)
  return class == 1 and (kind == 32 or kind == 33 or kind == 10)
end

local function check(m)
  return (not m.client or message(m.client)) and (not m.server or message(m.server))
end

protocol "nbns" {
  title     = "NetBIOS name service",
  reference = "RFC 1002 section 4.2",
  category  = "network",
  ports     = { "137/udp" },

  -- One question (queries, registrations) or none (replies); the name's length, 32, is the 13th byte.
  udp { either = bytes "?? ?? ?? ?? 00 0? 00 0? 00 0? 00 0? 20", alone = { "client", "server" }, check = check },

  example { client = "\x12\x34\1\x10\0\1\0\0\0\0\0\0\32EEEFFDELCACACACACACACACACACACAAA\0\0\32\0\1" },
  counterexample { client = "\x12\x34\1\0\0\1\0\0\0\0\0\0\32abcdefghijklmnopabcdefghijklmnop\0\0\1\0\1" },
}
