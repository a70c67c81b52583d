-- Version 1, a type, the length of a token (at most 8); a code; an id; the token; options in ascending
-- order; FF and a payload (RFC 7252 section 3).  Both sides together must agree on id or token; alone, a
-- path of plain letters is needed.

-- Walks the options; returns whether they are well formed, and whether a path (option 11) of printable
-- bytes was there.
local function options(v)
  local at, number, path = 4 + (v:u8(0) & 15), 0, false
  for _ = 1, 40 do
    local byte = v:u8(at)
    if not byte then return at == v:size(), path end
    if byte == 0xFF then return at + 1 < v:size(), path end
    local delta, length = byte >> 4, byte & 15
    at = at + 1
    if delta == 15 or length == 15 then return false end
    if delta == 13 then delta = 13 + (v:u8(at)
      or 0); at = at + 1 elseif delta == 14 then delta = 269 + (v:u16(at)
      or 0); at = at + 2 end
    if length == 13 then length = 13 + (v:u8(at)
      or 0); at = at + 1 elseif length == 14 then length = 269 + (v:u16(at)
      or 0); at = at + 2 end
    number = number + delta
    if number > 3000 then return false end
    if number == 11 and length > 0 then
      for index = at, at + length - 1 do
        local letter = v:u8(index)
        if not letter or letter < 0x20 or letter == 0x7F then return false end
      end
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
  -- An answer carries the id of what it acknowledges, a later one (its own id) the token.
  if m.client:u16(2) == m.server:u16(2) then return true end
  local length = m.client:u8(0) & 15
  return length > 0 and length == m.server:u8(0) & 15 and m.client:bytes(4, length) == m.server:bytes(4,
    length)
end

-- Drafts 3 to 12 had the count of options where the token's length is now, and the path was option 9
-- (draft-ietf-core-coap-07 section 3.1).
local function draft(m)
  local v = m.client
  local at, number, path = 4, 0, 0
  for _ = 1, v:u8(0) & 15 do
    local byte = v:u8(at)
    if not byte then return false end
    local length = byte & 15
    at, number = at + 1, number + (byte >> 4)
    if length == 15 then length = 15 + (v:u8(at) or 0); at = at + 1 end
    if number < 1 or number > 19 or at + length > v:size() then return false end
    if number == 9 then
      for index = at, at + length - 1 do
        local letter = v:u8(index)
        if letter < 0x2D or letter > 0x7A or letter > 0x39 and letter < 0x41 then return false end
      end
      path = path + length
    end
    at = at + length
  end
  -- Nothing follows a GET; what a POST or PUT carries may be anything.
  return path >= 4 and at == v:size() or path >= 6 and (v:u8(1) == 2 or v:u8(1) == 3)
end

-- Over TCP the length stands in the version's place, and both begin with what they can: code 7.01, and at most
-- options 2 (a size), 4 (blocks, empty) and 6 (a size; RFC 8323 sections 3.2 and 5.3, RFC 8974).
local function settings(v)
  local at, number = 2, 0
  local stop = at + (v:u8(0) >> 4)
  if v:size() < stop then return more end
  while at < stop do
    local delta, length = v:u8(at) >> 4, v:u8(at) & 15
    number = number + delta
    if (delta ~= 2 and delta ~= 4 and delta ~= 6) or number > 6 or length > (number == 4 and 0 or 4) then
      return false
    end
    at = at + 1 + length
  end
  -- Behind it the next message, with its token.
  return at == stop and (v:u8(stop) or 0) & 15 <= 8
end
local function both(m)
  if m.client:u8(0) == 0 and m.server:u8(0) == 0 then return false end
  local asks = settings(m.client)
  return asks == true and settings(m.server) or asks
end

protocol "coap" {
  title     = "Constrained Application Protocol (CoAP)",
  reference = "RFC 7252 section 3, RFC 8323 section 3.2",
  category  = "industrial",
  ports     = { "5683/udp", "5683/tcp" },

  -- Confirmable 4, non-confirmable 5; acknowledgement 6, reset 7.
  udp { client = any { bytes "4? 0?", bytes "5? 0?" }, server = any { bytes "6? 4?", bytes "6? 8?",
    bytes "6? A?",
    bytes "6? 00", bytes "5? 4?", bytes "4? 4?", bytes "5? [80-8F,96,9D,A0-A8]",
    bytes "4? [80-8F,96,9D,A0-A8]", bytes "7? 00" },
        alone = "client", check = check },
  udp { client = any { bytes "[41-49] [01-04]", bytes "[51-59] [01-04]" }, alone = "client", check = draft },

  tcp { client = bytes "?0 E1", server = bytes "?0 E1", check = both },

  -- GET /.well-known/core.
  probe { home = true, transport = "udp", send = hex "40 01 4F 50 BB" .. ".well-known" .. hex "04" .. "core" },

  example { client = hex "42 01 12 34 94" .. "abcd" .. hex "03" .. "def" },
  example { client = hex "42 01 12 34 AA BB B4 74 65 6D 70", server = hex "62 45 12 34 AA BB FF 32 31" },
  -- Errors with a number of their own: 5.03 and 4.04.
  example { client = hex "51 01 12 34 AA B4 74 65 6D 70", server = hex "51 A3 99 99 AA FF 6F" },
  example { client = hex "41 01 12 34 AA B4 74 65 6D 70", server = hex "41 84 99 99 AA" },
  -- Over TCP: 2,048 bytes and blocks; then GET /temp.
  example { client = hex "40 E1 22 08 00 20 51 01 AA B4 74 65 6D 70", server = hex "30 E1 22 08 00",
    transport = "tcp" },
  counterexample { client = hex "40 E1 22 08 00 21 51 01 AA B4 74 65 6D 70", server = hex "30 E1 22 08 00",
    transport = "tcp" },
  counterexample { client = hex "42 01 12 34 AA BB B4 74 65 6D 70",
    server = hex "62 45 12 35 AA BC FF 32 31" },
  counterexample { client = hex "41 00 12 34 00 00 00 01 00 00 00 00 00 10 00 00 AB CD 00 00" },
}
