-- A header of four little-endian words: length, id, the id that is answered, operation (MongoDB wire
-- protocol).  2004 asks, 1 answers (old form); 2012 is compressed, 2013 serves both.
local function header(v, answering)
  local length, answers = v:u32le(0), v:u32le(8)
  if length < 16 or length > 48000000 then return false end
  return answering or answers == 0
end
local function check(m)
  return (not m.client or header(m.client, false)) and (not m.server or header(m.server, true))
end

-- D4 07: 2004, DC 07: 2012, DD 07: 2013, D1 to D7: the old operations.
local ask = any { at(12, bytes "D4 07 00 00"), at(12, bytes "DC 07 00 00"), at(12, bytes "DD 07 00 00"),
  at(12, bytes "D2 07 00 00") }
local answer = any { at(12, bytes "01 00 00 00"), at(12, bytes "DC 07 00 00"), at(12, bytes "DD 07 00 00") }

-- An answer alone: it answers something, and its first document (BSON) has a length that fits and begins with
-- an element.
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

-- Where the first document lies: behind the collection's name (2004), a reply's numbers (1), flags and a
-- section's kind (2013).
local function first_document(v)
  local operation = v and v:u32le(12)
  if operation == 2004 then
    local name = v:find(20, "\0")
    return name and name + 9
  end
  return operation == 1 and 36 or operation == 2013 and v:u8(20) == 0 and 21 or nil
end

-- The name of the element whose kind stands at an offset, and where its value begins.
local function element(v, at)
  local stop = v:find(at + 1, "\0")
  if not stop or stop > at + 64 then return nil end
  return v:bytes(at + 1, stop - at - 1), stop + 1
end

-- How many bytes a value has, by its kind; those that hold others say it.
local sizes = { [0x01] = 8, [0x07] = 12, [0x08] = 1, [0x09] = 8, [0x0A] = 0, [0x10] = 4, [0x11] = 8,
  [0x12] = 8, [0x13] = 16 }
local function size(v, kind, at)
  if kind == 0x02 then return 4 + (v:u32le(at) or 0) end
  if kind == 0x03 or kind == 0x04 then return v:u32le(at) end
  if kind == 0x05 then return 5 + (v:u32le(at) or 0) end
  return sizes[kind]
end

-- The first element of what is asked is the command.
local function asked(m)
  local at = first_document(m.client)
  local name = at and element(m.client, at + 4)
  return { command = name }
end

-- Whether it was carried out (ok: 1, as a number of any kind), the version, and why not.
local function answered(m)
  local v, found = m.server, {}
  local at = first_document(v)
  at = at and at + 4
  for _ = 1, 40 do
    local kind = at and v:u8(at)
    if not kind or kind == 0 then break end
    local name, value = element(v, at)
    local length = name and size(v, kind, value)
    if not length then break end
    if name == "ok" then
      local high = kind == 0x01 and v:u16le(value + 6) or v:u16le(value)
      if high then found.ok = (high == 0x3FF0 or high == 1) and "1" or "0" end
    elseif kind == 0x02 and name == "version" then
      found.version = v:bytes(value + 4, length - 5)
    elseif kind == 0x02 and (name == "errmsg" or name == "codeName") then
      found.info = found.info or v:bytes(value + 4, length - 5)
    end
    at = value + length
  end
  return found
end

protocol "mongodb" {
  title     = "MongoDB",
  reference = "MongoDB wire protocol: standard message header and opcodes",
  category  = "database",
  also      = { "mongod" },
  ports     = { "27017/tcp" },
  alternates = { "27018/tcp", "27019/tcp" },

  tcp { client = all { bytes "?? ?? ?? 00", ask }, server = all { bytes "?? ?? ?? 00", answer },
    alone = "client",
    check = check },

  tcp { server = all { bytes "?? ?? ?? 00", any { at(12, bytes "01 00 00 00"),
    at(12, bytes "DD 07 00 00") } }, alone = "server",
    check = document },

  fields { client = asked, server = answered },

  -- OP_QUERY on admin.$cmd: { isMaster: 1 }.
  probe { send = hex "3A 00 00 00 01 00 00 00 00 00 00 00 D4 07 00 00 00 00 00 00" .. "admin.$cmd\0" ..
    hex "00 00 00 00 FF FF FF FF 13 00 00 00 10" .. "isMaster\0" .. hex "01 00 00 00 00" },

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
