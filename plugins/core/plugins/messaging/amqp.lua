-- The client opens with "AMQP" and four bytes of version; the server answers with its own, or with a frame:
-- method, channel 0, ending in CE (AMQP 0-9-1 section 4.2.2, AMQP 1.0 part 2.2).

-- Frames of 0-9-1, joined midway: a type (1 method, 2 header, 3 body, 8 heartbeat), a channel, a length, as
-- many bytes, CE.
local function frames(v)
  local at, size = 0, v:size()
  for count = 1, 8 do
    local kind, channel, length = v:u8(at), v:u16(at + 1), v:u32(at + 3)
    if not length then return count > 1 end
    if kind ~= 1 and kind ~= 2 and kind ~= 3 and kind ~= 8 or kind == 8
      and (channel ~= 0 or length ~= 0) then return false end
    if channel > 4096 or length > 0x20000 then return false end
    local stop = v:u8(at + 7 + length)
    if stop and stop ~= 0xCE then return false end
    if not stop then return count > 1 end
    at = at + 8 + length
    if at == size then return true end
  end
  return true
end
local function midway(m) return (not m.client or frames(m.client)) and (not m.server or frames(m.server)) end
-- Version 1.0 answers with the same eight bytes: plain, or with SASL (3) before it.  Frames of it: a length,
-- where its body begins (2), of AMQP (0) or SASL (1), a channel, and what it is, such as open to close (1.0
-- parts 2.2, 2.3 and 2.7).
local version1 = any { bytes "41 4D 51 50 [00,03] 01 00 00",
  bytes "00 0? ?? ?? 02 00 ?? ?? 00 53 [10-18] [45,C0,D0]" }
-- Of SASL, perhaps right behind the eight bytes: init (41) and response (43) are the client's, mechanisms
-- (40), challenge (42) and outcome (44) the server's (part 5.3).
local function sasl(kinds)
  local frame = bytes("00 00 ?? ?? 02 01 ?? ?? 00 53 " .. kinds .. " [C0,D0]")
  return any { frame, all { bytes "41 4D 51 50 03 01 00 00", at(8, frame) } }
end
local asked, answered = sasl "[41,43]", sasl "[40,42,44]"
-- Classes: connection 10, channel 20, exchange 40, queue 50, basic 60, confirm 85, tx 90.
local method = any { bytes "01 0? ?? 00 0? ?? ?? 00 [0A,14,28,32,3C,55,5A] 00 [0A-79]",
  bytes "08 00 00 00 00 00 00 CE" }

protocol "amqp" {
  title     = "Advanced Message Queuing Protocol",
  reference = "AMQP 0-9-1 section 4.2.2, AMQP 1.0 part 2.2",
  category  = "messaging",
  ports     = { "5672/tcp" },
  alternates = { "5673/tcp" },

  tcp { client = bytes "41 4D 51 50 0? 0? 0? 0?", server = any { bytes "01 00 00 00 ?? ?? ?? 00 0A 00 0A",
    bytes "41 4D 51 50" }, alone = "client" },
  -- Connection.Start: class 10, method 10, version 0.9, then the server's properties.
  tcp { server = bytes "01 00 00 00 ?? ?? ?? 00 0A 00 0A 00 09", alone = "server" },
  -- What 0-9-1 was told wrongly it answers with the eight bytes that it wants, and closes (section 4.2.2).
  tcp { client = none { bytes "41 4D 51 50 00 00 09 01" }, server = bytes "41 4D 51 50 00 00 09 01" },
  tcp { client = asked, server = answered, alone = { "client", "server" } },
  tcp { client = asked, server = version1 },
  tcp { client = version1, server = answered },
  tcp { either = version1, alone = { "client", "server" } },
  tcp { either = method, alone = { "client", "server" }, check = midway },
  tcp { client = method, server = bytes "[02-03] 0? ?? 00 0? ?? ??", check = midway },

  fields {
    server = {
      -- Two of the server's properties, in any order: a name, S, a length of four bytes, the text.
      [[(?s)\x07productS\x00{3}.(?<product>[A-Za-z][\x20-\x7e]*)]],
      [[(?s)\x07versionS\x00{3}.(?<version>\d[\w.+-]*)]],
      function(m)
        local v = m.client and m.client:starts(0, "AMQP") and m.client or m.server
        if not v:starts(0, "AMQP") or not v:u8(7) then return {} end
        -- 1.0 writes an id, then three numbers of its version; older ones 0 or 1, then theirs.
        local major, minor, last = v:u8(5), v:u8(6), v:u8(7)
        if major == 0 and last == 1 then return { protocol_version = string.format("0-%d-1", minor) } end
        return { protocol_version = string.format("%d.%d", major, minor) }
      end,
    },
  },

  probe { send = "AMQP\0\0\9\1" },

  example { client = "AMQP\0\0\9\1", server = hex "01 00 00 00 00 01 A8 00 0A 00 0A 00 09" },
  example { client = "AMQP\3\1\0\0", server = "AMQP\3\1\0\0" .. hex "00 00 00 30 02 01 00 00 00 53 40" },
  example { server = "AMQP\0\1\0\0" },
  -- These eight bytes are the client's, and the server's when it was told something else.
  example { client = "AMQP\0\0\9\1" },
  counterexample { server = "AMQP\0\0\9\1" },
  example { client = "GET / HTTP/1.0\r\n\r\n", server = "AMQP\0\0\9\1" },
  example { client = "AMQP\3\1\0\0", server = "AMQP\0\0\9\1" },
  -- Mechanisms and init, behind the eight bytes and without them.
  example { client = hex "00 00 00 11 02 01 00 00 00 53 41 C0 04 02 50 00 40",
    server = "AMQP\3\1\0\0" .. hex "00 00 00 11 02 01 00 00 00 53 40 C0 04 02 50 00 40" },
  example { client = "AMQP\3\1\0\0" .. hex "00 00 00 11 02 01 00 00 00 53 41 C0 04 02 50 00 40",
    server = "AMQP\3\1\0\0" },
  example { client = hex "00 00 00 11 02 01 00 00 00 53 43 C0 04 02 50 00 40" },
  example { server = hex "00 00 00 11 02 01 00 00 00 53 42 C0 04 02 50 00 40" },
  -- These are the other one's words.
  counterexample { server = hex "00 00 00 11 02 01 00 00 00 53 41 C0 04 02 50 00 40" },
  counterexample { client = hex "00 00 00 11 02 01 00 00 00 53 44 C0 04 02 50 00 40" },
  counterexample { client = hex "00 00 00 11 02 01 00 00 00 53 44 C0 04 02 50 00 40", server = "AMQP\0\1\0\0" },
  -- Joined midway: the outcome of SASL, then version 1.0 of both; only open and the answer.
  example { client = "AMQP\0\1\0\0", server = hex "00 00 00 11 02 01 00 00 00 53 44 C0 04 02 50 00 40" },
  example { client = hex "00 00 00 10 02 00 00 00 00 53 10 C0 03 01 A1 00",
    server = hex "00 00 00 10 02 00 00 00 00 53 10 C0 03 01 A1 00" },
  counterexample { client = "AMQP\0\1\0\0", server = hex "00 00 00 11 02 01 00 00 00 53 4A C0 04 02 50 00 40" },
  -- Connection.Start of two brokers; the capture ends within the first.
  example { server = hex "01 00 00 00 00 00 61 00 0A 00 0A 00 09 00 00 00 45" ..
    "\8platformS\0\0\0\x0FErlang/OTP 25.3\7productS\0\0\0\8RabbitMQ\7versionS\0\0\0\x063.12.6" },
  example { client = "AMQP\0\0\9\1",
    server = hex "01 00 00 00 00 00 67 00 0A 00 0A 00 09 00 00 00 42" ..
      "\7productS\0\0\0\7LavinMQ\8platformS\0\0\0\x0ECrystal 1.16.0\7versionS\0\0\0\x052.3.0" ..
      "\0\0\0\x0EPLAIN AMQPLAIN\0\0\0\5en_US\xCE" },
  example { client = "\1\0\1\0\0\0\x0D\0\x3C\0\x50\0\0\0\0\0\0\0\1\0\xCE" },
  example { client = "\8\0\0\0\0\0\0\xCE" },
  -- A consumer acknowledges while the server goes on with a message, its header (2) and body (3).
  example { client = "\1\0\1\0\0\0\x0D\0\x3C\0\x50\0\0\0\0\0\0\0\1\0\xCE",
    server = hex "02 00 01 00 00 00 0E 00 3C 00 00 00 00 00 00 00 00 00 05 00 00 CE" ..
      "\3\0\1\0\0\0\5hello\xCE" },
  counterexample { client = "\1\0\1\0\0\0\x0D\0\x3C\0\x50\0\0\0\0\0\0\0\1\0\0" },
  counterexample { client = "AMQP hello" },
  counterexample { server = "AMQP\0\0\8\2" },
}
