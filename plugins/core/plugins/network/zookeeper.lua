-- A session opens with a length (44 or 45), protocol version 0, a last id, a time-out, a session id and a
-- password of 16 bytes; the answer has 36 or 37 bytes (ZooKeeper, ConnectRequest and ConnectResponse).  Four
-- letters ask for the state.

-- Joined midway: a length, a number, an operation; behind most operations a path with its length, behind
-- several at once (14 and 22) the head of the first, behind a ping (its number is -2) or a farewell (operation
-- -11) nothing.  The answer repeats the number, then has the number of the latest change and an error: 0, or a
-- little below, and then nothing follows.  A change that was watched (-1) is told at any time
-- (zookeeper.jute: RequestHeader, ReplyHeader, MultiHeader; ZooDefs.OpCode).
local ping    = bytes "00 00 00 08 FF FF FF FE 00 00 00 0B"
local pong    = bytes "00 00 00 10 FF FF FF FE 00 ?? ?? ?? ?? ?? ?? ?? 00 00 00 00"
local request = any {
  bytes "00 0? ?? ?? ?? ?? ?? ?? 00 00 00 [01-09,0C-0D,0F-15,67,68,6A] 00 00 0? ?? 2F",
  bytes "00 0? ?? ?? ?? ?? ?? ?? 00 00 00 [0E,16] 00 00 00 [01-15] 00 FF FF FF FF",
  bytes "00 00 00 08 ?? ?? ?? ?? FF FF FF F5", ping,
}
local answer  = bytes "00 ?? ?? ?? ?? ?? ?? ?? [00,FF] ?? ?? ?? ?? ?? ?? ?? [00,FF] [00,FF] [00,FF] ??"

-- Whether the frame ends where what was said does, or another follows; of a long one only the first 2 KB are
-- seen.
local function whole(v)
  local stop = v:u32(0) + 4
  if v:size() < stop then return v:size() >= 1200 or more end
  return v:size() == stop or v:u8(stop) == 0
end

-- Whether the path lies within its frame, and is text without an empty name in it.
local function asks(v)
  if v:u8(16) == 0x2F then
    local size = v:u32(12)
    if size == 0 or size + 12 > v:u32(0) then return false end
    for at = 17, 15 + math.min(size, 64) do
      local c = v:u8(at)
      if not c then return more end
      if c < 0x20 or c == 0x7F or c == 0x2F and v:u8(at - 1) == 0x2F then return false end
    end
  end
  return whole(v)
end

local function answers(v)
  local length, error = v:u32(0), v:u32(16)
  if length < 16 or error ~= 0 and (error < 0xFFFFFF00 or length ~= 16) then return false end
  return whole(v)
end

-- The answer to what was asked, or what was said before or in between.
local function midway(m)
  local asked = asks(m.client)
  if not asked then return false end
  if not m.server then return asked end
  local id, answered = m.client:u32(4), m.server:u32(4)
  if answered < 0xFFFFFFF0 and id < 0xFFFFFFF0 and (answered > id or answered + 64 < id) then
    return false
  end
  local fits = answers(m.server)
  if not fits or asked == true then return fits end
  return asked
end

protocol "zookeeper" {
  title     = "Apache ZooKeeper",
  reference = "Apache ZooKeeper source, zookeeper.jute (ConnectRequest); administrator's guide, four letter words",
  category  = "network",
  ports     = { "2181/tcp" },
  alternates = { "2182-2184/tcp" },

  tcp { client = all { any { bytes "00 00 00 2C 00 00 00 00", bytes "00 00 00 2D 00 00 00 00" },
      at(28, bytes "00 00 00 10") },
    server = all { any { bytes "00 00 00 24 00 00 00 00", bytes "00 00 00 25 00 00 00 00" }, at(20,
        bytes "00 00 00 10") },
    alone = { "client", "server" } },
  tcp { client = any { starts "stat", starts "srvr", starts "mntr", starts "ruok", starts "envi",
      starts "conf", starts "cons",
      starts "isro" },
    server = any { starts "Zookeeper version:", starts "zk_version\t", starts "imok",
        starts "Environment:\nzookeeper.version",
      starts "clientPort=", starts "This ZooKeeper instance" } },
  tcp { client = request, server = answer, alone = "client", check = midway },
  tcp { server = pong, alone = "server" },

  fields { server = [[(?:^Zookeeper version: |^zk_version\t|zookeeper\.version=)(?<version>\d[\w.]*)]] },

  probe { send = "srvr" },

  example {
      client = hex "00 00 00 2D 00 00 00 00 00 00 00 00 00 00 00 00 00 00 75 30 00 00 00 00 00 00 00 00 00 00 00 10",
    server = hex "00 00 00 25 00 00 00 00 00 00 75 30 01 00 00 00 00 00 00 01 00 00 00 10" },
  example { client = "ruok", server = "imok" },
  example { client = "srvr",
    server = "Zookeeper version: 3.8.4-1f0e2d3c4b5a, built on 2024-02-12 22:16 UTC\n" },
  -- Joined midway: a node is made; two at once; a ping, and a change that was watched.
  example {
    client = hex "00 00 00 20 00 00 00 01 00 00 00 01 00 00 00 06" .. "/shelf" ..
      hex "00 00 00 02" .. "ab" .. hex "00 00 00 00 00 00 00 00",
    server = hex "00 00 00 1A 00 00 00 01 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00 06" .. "/shelf" },
  example {
    client = hex "00 00 00 24 00 00 00 05 00 00 00 0E 00 00 00 02 00 FF FF FF FF 00 00 00 02" .. "/a" ..
      hex "FF FF FF FF FF FF FF FF 01 FF FF FF FF",
    server = hex "00 00 00 10 00 00 00 05 00 00 00 00 00 00 00 02 FF FF FF 9B" },
  example { client = hex "00 00 00 08 FF FF FF FE 00 00 00 0B",
    server = hex "00 00 00 10 FF FF FF FE 00 00 00 00 00 00 00 2A 00 00 00 00" },
  example { client = hex "00 00 00 08 FF FF FF FE 00 00 00 0B",
    server = hex "00 00 00 1E FF FF FF FF FF FF FF FF FF FF FF FF 00 00 00 00 00 00 00 03 00 00 00 03" ..
      hex "00 00 00 02" .. "/a" },
  example { server = hex "00 00 00 10 FF FF FF FE 00 00 00 00 00 00 00 2A 00 00 00 00" },
  counterexample { client = hex "00 00 00 10 FF FF FF FE 00 00 00 00 00 00 00 2A 00 00 00 00" },
  counterexample { server = hex "00 00 00 10 FF FF FF FE 00 00 00 00 00 00 00 2A 00 00 00 01" },
  -- The path leads beyond its request; the answer is another's; another frame should follow.
  counterexample {
    client = hex "00 00 00 13 00 00 00 02 00 00 00 04 00 00 00 09" .. "/shelf" .. "\0" },
  counterexample {
    client = hex "00 00 00 13 00 00 00 02 00 00 00 04 00 00 00 06" .. "/shelf" .. "\0",
    server = hex "00 00 00 10 00 00 00 09 00 00 00 00 00 00 00 02 00 00 00 00" },
  counterexample {
    client = hex "00 00 00 13 00 00 00 02 00 00 00 04 00 00 00 06" .. "/shelf" .. "\0ab" },
  counterexample { client = "stats\r\n", server = "STAT pid 1\r\n" },
  counterexample {
      client = hex "00 00 00 2D 00 00 00 00 00 00 00 00 00 00 00 00 00 00 75 30 00 00 00 00 00 00 00 00 00 00 00 20" },
}
