-- The client opens with CONNECT (type 1): a remaining length of one to three bytes, the protocol's name, its
-- level and a keep-alive.  3.1 calls itself "MQIsdp", 3.1.1 and 5 "MQTT".  The server answers with CONNACK
-- (type 2).
local function named(length)
  -- A bridge between brokers sets the level's top bit.
  return any { bytes("10 " .. length .. " 00 04 4D 51 54 54 [00-0F,84]"),
    bytes("10 " .. length .. " 00 06 4D 51 49 73 64 70 [03,83]") }
end
local connect = any { named "??", named "?? ??", named "[80-FF] [80-FF] [01-7F]" }
-- Flags are 0 or 1; codes up to 5, or from 128 in version 5, where properties may make the length two bytes.
local connack = any { bytes "20 02 00 0?", bytes "20 02 01 00", bytes "20 ?? 00 ?? ??",
  bytes "20 ?? 01 00 ??", bytes "20 [80-FF] [01-7F] [00-01] [00,80-A2]" }

-- Joined midway: packets of a type, flags and a length follow each other without a gap and end with the
-- bytes.  PUBLISH (3) opens with a topic; the others have fixed flags.  Gives whether a PUBLISH with a path
-- for its topic was among them.
local function packets(v)
  local at, size, topic = 0, v:size(), false
  for _ = 1, 12 do
    local first, length, shift, stop = v:u8(at), 0, 0, at + 1
    local kind, flags = first >> 4, first & 15
    if kind < 2 or kind > 14 then return false end
    if kind ~= 3 and flags ~= ((kind == 6 or kind == 8 or kind == 10) and 2 or 0) then return false end
    repeat
      local b = v:u8(stop)
      if not b or shift > 21 then return false end
      length, shift, stop = length | (b & 127) << shift, shift + 7, stop + 1
    until b < 128
    if kind == 3 then
      local n = v:u16(stop)
      if not n or n < 1 or n > 256 or n + 2 > length or flags & 6 == 6 then return false end
      local text = v:bytes(stop + 2, n)
      if not text then return false end
      local slash = false
      for i = 1, n do
        local b = string.byte(text, i)
        if b < 0x21 or b > 0x7E then return false end
        slash = slash or b == 0x2F
      end
      topic = topic or slash and n >= 8
    elseif (kind == 12 or kind == 13) and length ~= 0 then
      return false
    end
    at = stop + length
    if at == size then return true, topic end
    if at > size then return size >= 1400, topic end
  end
  return true, topic
end

local function midway(m)
  local a, topic = true, false
  if m.client then a, topic = packets(m.client) end
  if not a then return false end
  local b, other = true, false
  if m.server then b, other = packets(m.server) end
  return b and (topic or other)
end

-- Keep-alive alone: PINGREQ from one side, PINGRESP from the other, and nothing else.
local function pings(m)
  local a, b = m.client, m.server
  if a:size() % 2 == 1 or b:size() % 2 == 1 or a:size() > 1024 then return false end
  for i = 0, a:size() - 2, 2 do if a:u16(i) ~= 0xC000 then return false end end
  for i = 0, b:size() - 2, 2 do if b:u16(i) ~= 0xD000 then return false end end
  return true
end

local publish = any { bytes "[30-3D] ?? 00 ?? [21-7E] [21-7E] [21-7E]",
  bytes "[30-3D] [80-FF] [01-7F] 00 ?? [21-7E] [21-7E] [21-7E]" }

protocol "mqtt" {
  title     = "MQTT",
  reference = "OASIS MQTT 3.1.1 sections 3.1 and 3.2, MQTT 5.0",
  category  = "messaging",
  ports     = { "1883/tcp" },
  alternates = { "1884/tcp", "8883/tcp", "2883/tcp" },

  tcp { client = connect, server = connack, alone = "client" },
  tcp { either = publish, alone = { "client", "server" }, check = midway },
  -- The other side acknowledges (4 to 7) or keeps alive (C, D).
  tcp { client = publish, server = any { bytes "40 0?", bytes "50 0?", bytes "70 0?", bytes "D0 00" },
    check = midway },
  tcp { server = publish, client = any { bytes "40 0?", bytes "50 0?", bytes "62 0?", bytes "C0 00" },
    check = midway },
  -- A subscription and what it was granted, with the same number.
  tcp { client = any { bytes "82 ?? ?? ?? 00 ?? [21-7E]", bytes "82 ?? ?? ?? 00 00 ?? [21-7E]" },
    server = any { bytes "90 03 ?? ?? [00-02,80]", bytes "90 04 ?? ?? 00 [00-02,80-A2]",
      bytes "90 [04-20] ?? ?? [00-02] [00-02]" },
    check = function(m) return m.client:u16(2) == m.server:u16(2) and packets(m.client)
    and packets(m.server) end },
  tcp { client = bytes "C0 00", server = bytes "D0 00", check = pings },

  fields {
    client = function(m)
      local v = m.client
      local at = v and v:find(0, "MQ")
      local level = at and (v:starts(at, "MQTT") and v:u8(at + 4) or v:u8(at + 6))
      level = level and level & 0x7F                             -- without the bit of bridges
      return { protocol_version = level == 3 and "3.1" or level == 4 and "3.1.1" or level == 5 and "5.0"
        or nil }
    end,
  },

  -- CONNECT with a clean session, a client of no name and 10 s to keep alive.
  probe { send = hex "10 0C 00 04" .. "MQTT" .. hex "04 02 00 0A 00 00" },

  example { client = "\x10\x0E\0\4MQTT\4\2\0\60\0\2ab", server = "\x20\2\0\0" },
  example { client = "\x10\x10\0\6MQIsdp\3\2\0\60\0\2ab", server = "\x20\2\0\0" },
  -- Bridges, of 3.1 and 3.1.1.
  example { client = "\x10\x10\0\6MQIsdp\x83\2\0\60\0\2ab", server = "\x20\2\0\0" },
  example { client = "\x10\x0E\0\4MQTT\x84\2\0\60\0\2ab", server = "\x20\2\0\0" },
  -- A password of 16 KB, a token perhaps; and many properties.
  example { client = "\x10\x91\x80\1\0\4MQTT\4\xC2\0\60\0\0\0\1a\x40\0", server = "\x20\2\0\0" },
  example { client = "\x10\x0F\0\4MQTT\5\2\0\60\0\0\2ab",
    server = "\x20\xAE\2\0\0\xAA\2\x1F\1\x27" .. string.rep("a", 295) },
  example { client = "\x30\x0F\0\x0Adev/1/temp21.", server = "" },
  example { server = "\x30\x0F\0\x0Adev/1/temp21." },
  example { client = "\x32\x11\0\x0Adev/1/temp\0\00121.", server = "\x40\2\0\1" },
  -- A subscriber acknowledges what it gets.
  example { client = "\x40\2\0\1", server = "\x32\x11\0\x0Adev/1/temp\0\00121." },
  example { client = "\xC0\0", server = "\xD0\0" },
  example { client = "\x82\x0A\0\1\0\5topic\0", server = "\x90\3\0\1\0" },
  counterexample { client = "\x82\x0A\0\1\0\5topic\0", server = "\x90\3\0\2\0" },
  counterexample { client = "\x30\x0E\0\x0Adev/1/temp21." },
  counterexample { client = "\xC0\0\1\2", server = "\xD0\0" },
  counterexample { client = "\x10\x0E\0\4HTTP\4\2", server = "\x20\2\0\0" },
}
