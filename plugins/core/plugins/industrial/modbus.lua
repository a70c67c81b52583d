-- Seven bytes: a transaction, protocol 0, the length of the rest, a unit; then a function.  The answer
-- repeats transaction and function, or sets the function's top bit (Modbus Messaging on TCP/IP 1.0b,
-- section 3.1.3). The public functions, 43 (device identification) and 90 (Schneider's own).
local functions = {
  [1] = true, [2] = true, [3] = true, [4] = true, [5] = true, [6] = true, [7] = true, [8] = true,
    [11] = true, [12] = true,
  [15] = true, [16] = true, [17] = true, [20] = true, [21] = true, [22] = true, [23] = true, [24] = true,
    [43] = true,
    [90] = true,
}

-- What the plain functions ask and answer has a known length.
local function request(v, at, code, length)
  if code <= 6 then return length == 6 end
  if code == 15 or code == 16 then return length == 7 + (v:u8(at + 12) or 0) end
  return code < 128
end
local function response(v, at, code, length)
  if code > 128 then return length == 3 end
  if code <= 4 then return length == 3 + (v:u8(at + 8) or 0) end
  return code ~= 5 and code ~= 6 and code ~= 15 and code ~= 16 or length == 6
end

-- Messages follow each other without a gap, each with protocol 0 and whole: also gives the functions of each
-- transaction.
local function chain(v, form)
  local at, said = 0, {}
  for _ = 1, 8 do
    local length, code = v:u16(at + 4), v:u8(at + 7)
    if not code then return more, said end
    if v:u16(at + 2) ~= 0 or length < 2 or length > 254 or not functions[code & 0x7F] then return false end
    if v:u8(at + 8) and not form(v, at, code, length) then return false end
    local transaction = v:u16(at)
    said[transaction] = said[transaction] or {}
    said[transaction][code & 0x7F] = true
    at = at + 6 + length
    if at == v:size() then return true, said end
    if at > v:size() then return more, said end
  end
  return true, said
end

-- Whether a transaction that was asked is answered, with its function; nil when none is in both.
local function paired(asked, answered)
  for transaction, codes in pairs(answered) do
    if asked[transaction] then
      for code in pairs(codes) do
        if asked[transaction][code] then return true end
      end
      return false
    end
  end
end

-- A request alone: the plain reads and writes, with lengths and counts as specified.
local function plain(v)
  local code, count = v:u8(7), v:u16(10)
  if not count or v:size() % 12 ~= 0 or v:u16(4) ~= 6 then return false end
  return code <= 2 and count >= 1 and count <= 2000 or (code == 3 or code == 4) and count >= 1
    and count <= 125
    or code == 5 and (count == 0 or count == 0xFF00) or code == 6
end

-- An answer alone: plain reads and writes, or refusals with a known reason, that fill what was said.
local function answers(v)
  local at, size = 0, v:size()
  for count = 1, 8 do
    local length, code = v:u16(at + 4), v:u8(at + 7)
    if not code or v:u16(at + 2) ~= 0 or length < 3 or length > 254 then return false end
    local known = code >= 1 and code <= 6 or code == 15 or code == 16
    local reason = v:u8(at + 8)
    if not known and (code < 0x81 or code > 0x90 or not reason or reason < 1
      or reason > 11) then return false end
    if not reason or code <= 4 and reason == 0 or not response(v, at, code, length) then return false end
    at = at + 6 + length
    if at == size then return true end
    if at > size then return count > 2 end
  end
  return true
end

-- Writing several registers, alone: their count, and twice as many bytes.
local function writes(v)
  local count, bytes = v:u16(10), v:u8(12)
  return bytes ~= nil and v:u8(7) == 16 and v:u16(4) == 7 + bytes and bytes == 2 * count
    and v:size() == 13 + bytes
end

-- Function 43/14 asks for a device's identification.
local function asks_name(v)
  local kind = v:u8(9)
  return v:size() == 11 and v:u16(4) == 5 and v:u8(7) == 43 and v:u8(8) == 14 and kind >= 1 and kind <= 4
end

local function check(m)
  if not m.server then return plain(m.client) or writes(m.client) or asks_name(m.client) end
  if not m.client then return answers(m.server) end
  local ask, answer = m.client, m.server
  if ask:u8(7) == nil or answer:u8(7) == nil then return more end
  if ask:u8(7) > 127 then return false end
  local asks, asked = chain(ask, request)
  local answers_it, answered = chain(answer, response)
  if not asks or not answers_it then return false end
  if asks == more or answers_it == more then return more end
  -- Joined midway the first answer is to a request before the first: then the next one tells.
  local fits = paired(asked, answered)
  if fits == nil then return more end
  return fits
end

-- In datagrams each holds exactly one message, and the unit is the same too.
local function datagrams(m)
  local ask, answer = m.client, m.server
  local code, told = ask:u8(7), answer:u8(7)
  if not code or not told then return false end
  return ask:size() == 6 + ask:u16(4) and answer:size() == 6 + answer:u16(4) and ask:u16(0) == answer:u16(0)
    and ask:u8(6) == answer:u8(6) and functions[code] ~= nil and told & 0x7F == code
    and request(ask, 0, code, ask:u16(4)) and response(answer, 0, told, answer:u16(4))
end

-- Function 43/14: objects of number, length and text; 0 is the maker, 1 the product, 2 the revision.
local names = { [0] = "vendor", [1] = "product", [2] = "version", [5] = "device" }
local function identity(m)
  local v = m.server
  if not v or v:u8(7) ~= 0x2B or v:u8(8) ~= 0x0E then return nil end
  local at, told = 14, {}
  for _ = 1, v:u8(13) or 0 do
    local size = v:u8(at + 1)
    local text = size and v:bytes(at + 2, size)
    if not text then break end
    local name = names[v:u8(at)]
    if name then told[name] = text end
    at = at + 2 + size
  end
  return told
end

protocol "modbus" {
  title     = "Modbus/TCP",
  reference = "Modbus Messaging on TCP/IP Implementation Guide 1.0b section 3.1.3",
  category  = "industrial",
  also      = { "mbap" },
  ports     = { "502/tcp", "502/udp" },
  alternates = { "503/tcp", "1502/tcp" },

  tcp { client = bytes "?? ?? 00 00 00 ??", server = bytes "?? ?? 00 00 00 ??",
    alone = { "client", "server" },
    check = check },
  udp { client = all { bytes "?? ?? 00 00 00 ??", length(8, 260) }, server = all { bytes "?? ?? 00 00 00 ??",
    length(9, 260) },
        check = datagrams },

  fields { server = identity },

  -- Read device identification (43/14), the basic objects.
  probe { home = true, send = hex "4F 50 00 00 00 05 00 2B 0E 01 00" },

  example { client = hex "00 01 00 00 00 06 01 03 00 00 00 0A",
    server = hex "00 01 00 00 00 05 01 03 02 00 01" },
  example { client = hex "00 01 00 00 00 06 01 03 00 00 00 01",
    server = hex "00 01 00 00 00 05 01 03 02 00 01",
    transport = "udp" },
  example { server = hex "00 01 00 00 00 05 01 03 02 00 01", transport = "tcp" },
  example { client = hex "00 01 00 00 00 09 01 10 00 00 00 01 02 00 05", transport = "tcp" },
  counterexample { server = hex "00 01 00 00 00 05 01 03 03 00 01", transport = "tcp" },
  counterexample { client = hex "00 01 00 00 00 06 01 03 00 00 00 01",
    server = hex "00 02 00 00 00 05 01 03 02 00 01",
    transport = "udp" },
  counterexample { client = hex "00 01 00 00 00 06 01 03 00 00 00 0A",
    server = hex "00 01 00 00 00 05 01 04 02 00 01" },
  -- Joined midway: the first answer belongs to what was asked before.
  example { client = hex "00 02 00 00 00 06 01 03 00 00 00 01" .. hex "00 03 00 00 00 06 01 04 00 00 00 01",
    server = hex "00 01 00 00 00 06 01 05 00 10 FF 00" .. hex "00 02 00 00 00 05 01 03 02 00 01" },
  -- Nobody answers what was asked, announced bytes do not come, a request to read has no other length.
  counterexample { client = hex "00 01 00 00 00 06 01 03 00 00 00 0A",
    server = hex "00 07 00 00 00 05 01 04 02 00 01" },
  counterexample { client = hex "00 01 00 00 00 40 01 2B 0E 01",
    server = hex "00 01 00 00 00 05 01 2B 02 00 01" },
  counterexample { client = hex "00 01 00 00 00 14 01 04 00 00 00 01" .. string.rep("\0", 14),
    server = hex "00 01 00 00 00 05 01 04 02 00 01", transport = "udp" },
  counterexample { client = hex "00 00 00 08 04 D2 16 2F", server = "N" },
}
