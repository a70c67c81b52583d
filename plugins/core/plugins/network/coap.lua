-- Version 1, a type, the length of a token (at most 8); a code; an id; the token; options in ascending order; FF and a payload
-- (RFC 7252 section 3).  Both sides together must agree; alone, a path of plain letters is needed.

-- Walks the options; returns whether they are well formed, and whether a path (option 11) of printable bytes was there.
local function options(v)
  local at, number, path = 4 + (v:u8(0) & 15), 0, false
  for _ = 1, 40 do
    local byte = v:u8(at)
    if not byte then return at == v:size(), path end
    if byte == 0xFF then return at + 1 < v:size(), path end
    local delta, length = byte >> 4, byte & 15
    at = at + 1
    if delta == 15 or length == 15 then return false end
    if delta == 13 then delta = 13 + (v:u8(at) or 0); at = at + 1 elseif delta == 14 then delta = 269 + (v:u16(at)
      or 0); at = at + 2 end
    if length == 13 then length = 13 + (v:u8(at) or 0); at = at + 1 elseif length == 14 then length = 269 + (v:u16(at)
      or 0); at = at + 2 end
    number = number + delta
    if number > 3000 then return false end
    if number == 11 and length > 0 then
      local letter = v:u8(at)
      if not letter or letter < 0x20 or letter > 0x7E then return false end
      path = true
    end
    at = at + length
  end
  return false
end

local function ask(v)
  local code = v:u8(1)
  if not code or v:size() < 4 or v:u8(0) & 15 > 8 or code < 1 or code > 7 then return false end
  return options(v)
end

local function answer(v)
  local code = v:u8(1)
  if not code or v:size() < 4 or v:u8(0) & 15 > 8 then return false end
  if code == 0 then return v:size() == 4 end
  local class = code >> 5
  return (class == 2 or class == 4 or class == 5) and options(v)
end

local function check(m)
  if not m.server then
    local formed, path = ask(m.client)
    return formed and path
  end
  if not ask(m.client) or not answer(m.server) then return false end
  return m.client:u16(2) == m.server:u16(2) or m.client:u8(0) & 15 == m.server:u8(0) & 15
end

protocol "coap" {
  title     = "Constrained Application Protocol",
  reference = "RFC 7252 section 3",
  category  = "industrial",
  ports     = { "5683/udp" },

  -- Confirmable 4, non-confirmable 5; acknowledgement 6, reset 7.
  udp { client = any { bytes "4? 0?", bytes "5? 0?" }, server = any { bytes "6? 4?", bytes "6? 8?", bytes "6? A?",
    bytes "6? 00", bytes "5? 4?", bytes "4? 4?", bytes "5? 8?", bytes "7? 00" },
        alone = "client", check = check },

  example { client = hex "42 01 12 34 AA BB B4 74 65 6D 70", server = hex "62 45 12 34 AA BB FF 32 31" },
  counterexample { client = hex "41 00 12 34 00 00 00 01 00 00 00 00 00 10 00 00 AB CD 00 00" },
}
