-- A length, an API key, its version, a correlation id, a client name (Kafka protocol guide, request header).
-- The answer repeats the correlation id after its length.

-- The length leads to the end of what was said, or to another length, which has a zero in front too.  Of a
-- long message only the first 2 KB are seen.
local function whole(v)
  local length, size = v:u32(0), v:size()
  if size < length + 4 then return size >= 1200 or more end
  return size == length + 4 or v:u8(length + 4) == 0
end

-- Whether it is rather a request of ZooKeeper: behind an operation comes a path with its length, which leads no
-- further than the request's, or several operations, each with its head (see zookeeper.lua).
local function is_zookeeper(v)
  local size = v:u32(12)
  return size ~= nil and (v:u8(16) == 0x2F and size > 0 and size + 12 <= v:u32(0)
    or (v:u32(8) == 14 or v:u32(8) == 22) and v:u8(16) == 0 and v:u32(17) == 0xFFFFFFFF)
end

local function request(v)
  local length, key, version, id, name = v:u32(0), v:u16(4), v:u16(6), v:u32(8), v:u16(12)
  if not name or length < 10 or length > 0x00FFFFFF or key > 92 or version > 20 then return false end
  if name == 0xFFFF then name = 0 elseif name == 0 and is_zookeeper(v) then return false end
  -- The first request of all has a name: zeros alone are anything.
  if name < 2 and id == 0 or name > 200 or name + 10 > length then return false end
  for i = 14, 13 + math.min(name, 6, v:size() - 14) do
    if v:u8(i) < 0x20 or v:u8(i) > 0x7E then return false end
  end
  local fits, follows = whole(v), v:u32(length + 12)
  if fits ~= true or v:size() == length + 4 then return fits end
  -- The next request has a later id, without a name the very next; behind a handshake of SASL (17) may be a
  -- bare token.
  if name == 0 then return follows == id + 1 end
  return key == 17 or not follows or follows > id and follows < id + 0x10000
end

local function check(m)
  local asked = request(m.client)
  if not asked then return false end
  if not m.server then
    -- Alone: the length must be exact and the name plain text.
    local v = m.client
    local first = v:u8(14)
    return v:u32(0) == v:size() - 4 and v:u16(12) > 2 and v:u16(12) < 200 and first ~= nil and first >= 0x2D
      and first <= 0x7A
  end
  local id = m.server:u32(4)
  if not id then return more end
  if m.server:u32(0) < 6 or id ~= m.client:u32(8) then return false end
  local answered = whole(m.server)
  if not answered or asked == true then return answered end
  return asked
end

protocol "kafka" {
  title     = "Apache Kafka",
  reference = "Kafka protocol guide: request and response headers",
  category  = "messaging",
  ports     = { "9092/tcp" },
  alternates = { "9093/tcp", "9094/tcp", "19092/tcp" },

  tcp { client = any {
      bytes "00 ?? ?? ?? 00 [00-5C] 00 [00-14] ?? ?? ?? ?? 00 [00-C8]",
      bytes "00 ?? ?? ?? 00 [00-5C] 00 [00-14] ?? ?? ?? ?? FF FF" }, server = bytes "00 ?? ?? ??",
        alone = "client",
    check = check },

  fields {
    client = function(m)
      local size = m.client and m.client:u16(12)
      return size and size > 0 and size < 200 and { software = m.client:bytes(14, size) } or {}
    end,
  },

  -- ApiVersions, version 0.
  probe { send = hex "00 00 00 11 00 12 00 00 00 00 00 01 00 07" .. "offport" },

  example { client = hex "00 00 00 12 00 12 00 00 00 00 00 01 00 08 72 64 6B 61 66 6B 61 00",
    server = hex "00 00 00 0A 00 00 00 01 00 00 00 00 00 00" },
  -- Two requests at once, the second one with the next id; nobody gave them a name.
  example { client = hex "00 00 00 0A 00 12 00 00 00 00 00 07 FF FF"
      .. hex "00 00 00 0A 00 12 00 00 00 00 00 08 FF FF",
    server = hex "00 00 00 0A 00 00 00 07 00 00 00 00 00 00 00 00 00 0A 00 00 00 08 00 00 00 00 00 00" },
  -- A long answer, of which more is to come.
  example { client = hex "00 00 00 12 00 01 00 00 00 00 00 09 00 08 72 64 6B 61 66 6B 61 00",
    server = hex "00 00 20 00 00 00 00 09" .. string.rep("\xA5", 1300) },
  -- Zeros and a length: a session of ZooKeeper.
  counterexample {
    client = hex "00 00 00 2C 00 00 00 00 00 00 00 00 00 00 00 00 00 00 75 30" .. string.rep("\0", 11)
      .. "\x10" .. string.rep("\0", 16),
    server = hex "00 00 00 25 00 00 00 00 00 00" },
  -- Joined midway: a node of ZooKeeper is made; two at once.
  counterexample {
    client = hex "00 00 00 20 00 00 00 01 00 00 00 01 00 00 00 06" .. "/shelf" ..
      hex "00 00 00 02" .. "ab" .. hex "00 00 00 00 00 00 00 00",
    server = hex "00 00 00 1A 00 00 00 01 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00 06" .. "/shelf" },
  counterexample {
    client = hex "00 00 00 24 00 00 00 05 00 00 00 0E 00 00 00 02 00 FF FF FF FF 00 00 00 02" .. "/a" ..
      hex "FF FF FF FF FF FF FF FF 01 FF FF FF FF",
    server = hex "00 00 00 10 00 00 00 05 00 00 00 00 00 00 00 02 00 00 00 00" },
  -- What follows is no request.
  counterexample { client = hex "00 00 00 12 00 12 00 00 00 00 00 01 00 08 72 64 6B 61 66 6B 61 00"
      .. hex "00 00 00 12 00 12 00 00 00 00 00 00 00 08 72 64 6B 61 66 6B 61 00",
    server = hex "00 00 00 0A 00 00 00 01 00 00 00 00 00 00" },
  -- Lengths that nothing follows, of the request or of the answer.
  counterexample { client = hex "00 00 12 00 00 12 00 00 00 00 00 01 00 08 72 64 6B 61 66 6B 61 00",
    server = hex "00 00 00 0A 00 00 00 01 00 00 00 00 00 00" },
  counterexample { client = hex "00 00 00 12 00 12 00 00 00 00 00 01 00 08 72 64 6B 61 66 6B 61 00",
    server = hex "00 0B 00 00 00 00 00 01 00 00 00" },
  -- Counting numbers: the name is no text.
  counterexample { client = hex "00 10 00 11 00 12 00 13 00 14 00 15 00 16 00 17 00 18 00 19",
    server = hex "00 10 00 11 00 12 00 13 00 14 00 15 00 16 00 17" .. hex "00 18 00 19" },
  counterexample { client = hex "00 00 00 12 00 12 00 00 00 00 00 01 00 08",
    server = hex "00 00 00 0A 00 00 00 02 00 00 00 00 00 00" },
}
