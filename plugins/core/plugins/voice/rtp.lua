-- Twelve bytes: version 2, padding, extension, no sources; marker and payload type; number, time, source
-- (RFC 3550 section 5.1). Nothing in it is constant, so both speakers must be heard and must agree; alone
-- only the exact sizes of telephone calls count.  Types 96 to 127 are dynamic (RFC 3551 section 6).

-- Whole frames of the static audio types, in bytes; encrypted packets have a tag of 4, 10 or 16 bytes behind
-- (RFC 3711).
local frame = { [0] = 40, [2] = 40, [3] = 33, [4] = 4, [8] = 40, [9] = 40, [10] = 4, [11] = 2, [15] = 8, [18] = 2,
  [33] = 188 }
-- Those of sound as it is and of transport streams fill a datagram.
local fills = { [10] = true, [11] = true, [33] = true }

local function whole(size, unit, most)
  if size <= 0 or size > most then return false end
  return size % unit == 0 or size % unit == 4 % unit or size % unit == 10 % unit or size % unit == 16 % unit
end

local function packet(v)
  local size, first, kind = v:size(), v:u8(0), v:u8(1) & 0x7F
  if size < 13 or v:u32(8) == 0 then return false end
  local payload = size - 12
  if first & 0x10 ~= 0 then                                    -- an extension: profile, length in words
    local words = v:u16(14)
    if not words or words > 64 then return false end
    payload = payload - 4 - 4 * words
    -- The general extension writes BEDE or 100x (RFC 8285 section 4).
    if payload <= 0 or kind >= 96 and v:u16(12) ~= 0xBEDE
      and v:u16(12) & 0xFFF0 ~= 0x1000 then return false end
  end
  if first & 0x20 ~= 0 then                                    -- padding counts itself in the last byte
    local pad = v:u8(size - 1)
    if pad == 0 or pad > payload then return false end
  end
  local unit = frame[kind]
  return kind >= 96 or unit == nil or whole(payload, unit, fills[kind] and 1460 or 1024)
end

-- A key of the telephone: which one, four bytes in all (RFC 4733 section 2.3).
local function key(v)
  return v:u8(0) == 0x80 and v:size() == 16 and v:u8(12) <= 16 and v:u8(13) & 0x40 == 0
end

-- ENet, which games speak, has two numbers in front and then commands, of which nearly all want to be
-- acknowledged: where RTP has its time stands a command of 1 to 12, and a channel.
local function enet(v)
  local command, channel = v:u8(4) & 0x3F, v:u8(5)
  return command >= 1 and command <= 12 and (channel < 16 or channel == 255)
end

local function check(m)
  local a, b = m.client, m.server
  if not packet(a) or not packet(b) then return false end
  if enet(a) and enet(b) and (a:u8(4) | b:u8(4)) & 0x80 ~= 0 then return false end
  -- Each source picks its own identifier at random; a number, a time and a source that all agree would be an
  -- echo.
  if a:u32(8) == b:u32(8) then return false end
  local one, other = a:u8(1) & 0x7F, b:u8(1) & 0x7F
  -- A call speaks one codec both ways, and an answer keeps the numbers of the offer (RFC 3264 section 6.1): two
  -- dynamic types are audio and video on one port, of which an extension tells whose they are (RFC 8843 section
  -- 9.2), or one is a key.  13 is silence.
  local are_two = one >= 96 and other >= 96 and ((a:u8(0) | b:u8(0)) & 0x10 ~= 0 or key(a) or key(b))
  return one == other or are_two or frame[one] and (other == 13 or other >= 96)
    or frame[other] and (one == 13 or one >= 96)
end

-- What an answer of RTCP says of itself: its length in words is not longer than the datagram.
local function mixed(m)
  local a, b = m.client, m.server
  local media, report = a, b
  if a:u8(1) >= 200 and a:u8(1) <= 207 then media, report = b, a end
  return packet(media) and (report:u16(2) + 1) * 4 <= report:size() and report:u16(2) >= 1
    and report:u16(2) < 64
end

-- A source is a random number: neither zero nor one byte again and again.
local function sourced(v)
  local source = v:u32(8)
  return source ~= 0 and source ~= 0xFFFFFFFF and source ~= v:u8(8) * 0x01010101
end

-- A transport stream: type 33, packets of 188 bytes that begin with 47 (RFC 2250 section 2).
local function stream(m)
  local v = m.client or m.server
  local size = v:size() - 12
  if size <= 0 or size % 188 ~= 0 then return false end
  for at = 12, v:size() - 188, 188 do
    if v:u8(at) ~= 0x47 then return false end
  end
  return true
end

-- 80 plain, 90 with an extension, A0 padded; then the types in use, with and without the marker: 1 is reserved,
-- and so is 2 (RFC 3551 section 6), but telephones still speak G.726 with it.
local static = any {
  bytes "80 [00,02-12]", bytes "80 [80,82-92]", bytes "80 [19-22]", bytes "80 [99-A2]",
}
local dynamic = any {
  bytes "80 6?", bytes "80 7?", bytes "80 E?", bytes "80 F?", bytes "90 6?", bytes "90 7?", bytes "90 E?",
  bytes "90 F?", bytes "A0 6?", bytes "A0 7?", bytes "B0 6?", bytes "B0 7?",
}
local report = any { bytes "80 C9 00 ??", bytes "81 C8 00 ??", bytes "81 C9 00 ??", bytes "80 C8 00 ??" }

protocol "rtp" {
  title     = "Real-time Transport Protocol",
  reference = "RFC 3550 section 5.1, RFC 3551 section 6, RFC 8285",
  category  = "voice",
  -- Every call agrees on its own ports.
  dynamic   = true,

  udp { client = any { static, dynamic }, server = any { static, dynamic }, check = check },
  udp { client = dynamic, server = report, check = mixed },
  udp { client = report, server = dynamic, check = mixed },
  -- One direction of a call: telephone codecs in packets of 10, 20, 30 or 40 milliseconds, to the byte.
  udp { either = any {
      all { bytes "80 [00,08,09,80,88,89]", any { length(92), length(172), length(252), length(332) } },
      all { bytes "80 [03,83]", any { length(45), length(78) } },
      all { bytes "80 [12,92]", any { length(22), length(32), length(42), length(52) } },
    }, alone = { "client", "server" }, check = function(m) return not (m.client and m.server)
      and sourced(m.client or m.server) end },
  udp { either = all { any { bytes "80 21", bytes "80 A1" }, at(12, bytes "47"), length(200, 1500) },
        alone = { "client", "server" }, check = stream },

  example { client = "\x80\0\x12\x34\0\0\0\xA0\x11\x22\x33\x44" .. string.rep("\xFF", 160),
    server = "\x80\0\x43\x21\0\0\1\x40\x55\x66\x77\x88" .. string.rep("\x7F", 160), transport = "udp" },
  example { client = "\x90\x6F\0\1\0\0\0\xA0\x11\x22\x33\x44\xBE\xDE\0\1\x10\xFF\0\0" .. string.rep("\xA5",
    60),
    server = "\x80\xEF\0\9\0\0\1\x40\x55\x66\x77\x88" .. string.rep("\x5A", 60), transport = "udp" },
  example { client = "\x80\x60\0\1\0\0\0\xA0\x11\x22\x33\x44" .. string.rep("\xA5", 60),
    server = hex "81 C9 00 07 55 66 77 88 11 22 33 44 00 00 00 00 00 00 00 01 00 00 00 02 00 00 00 00 00 \z
      00 00 00",
    transport = "udp" },
  example { client = "\x80\x21\0\1\0\0\0\xA0\x11\x22\x33\x44\x47" .. string.rep("\xFF", 187),
    transport = "udp" },
  -- A question and its answer whose number happens to begin with 80: nothing but that number agrees.
  example { client = hex "80 C9 00 01 55 66 77 88 80 00 00 01 A1 A2 A3 A4 A5 A6 A7 A8 A9 AA",
    server = "\x80\x60\0\1\0\0\0\xA0\x11\x22\x33\x44" .. string.rep("\xA5", 60), transport = "udp" },
  counterexample { client = "\x80\x60\0\1\0\0\0\xA0\x11\x22\x33\x44" .. string.rep("\xA5", 60),
    server = "\x80\x6F\0\9\0\0\1\x40\x55\x66\x77\x88" .. string.rep("\x5A", 60), transport = "udp" },
  counterexample { client = hex "80 60 01 00 00 01 00 00 00 00 00 00 03 77 77 77 00 00 01 00 01",
    server = hex "80 60 81 80 00 01 00 00 00 00 00 00 03 77 77 77 00 00 01 00 01", transport = "udp" },
  example { client = "\x80\0\x12\x34\0\0\0\xA0\x11\x22\x33\x44" .. string.rep("\xFF", 160),
    transport = "udp" },
  counterexample { client = "\x80\0\x12\x34\0\0\0\xA0\x11\x22\x33\x44" .. string.rep("\xFF", 161),
    transport = "udp" },
  -- A key against speech, five milliseconds, thirty against fifteen; sound as it is, and transport streams.
  example { client = "\x80\x60\0\1\0\0\0\xA0\x11\x22\x33\x44" .. string.rep("\xA5", 60),
    server = hex "80 E5 00 09 00 00 01 40 55 66 77 88 05 0A 00 A0", transport = "udp" },
  example { client = "\x80\0\x12\x34\0\0\0\xA0\x11\x22\x33\x44" .. string.rep("\xFF", 40),
    server = "\x80\0\x43\x21\0\0\1\x40\x55\x66\x77\x88" .. string.rep("\x7F", 40), transport = "udp" },
  example { client = "\x80\8\x12\x34\0\0\0\xA0\x11\x22\x33\x44" .. string.rep("\xFF", 240),
    server = "\x80\8\x43\x21\0\0\1\x40\x55\x66\x77\x88" .. string.rep("\x7F", 120), transport = "udp" },
  example { client = "\x80\x0A\x12\x34\0\0\0\xA0\x11\x22\x33\x44" .. string.rep("\1\2", 700),
    server = "\x80\x0A\x43\x21\0\0\1\x40\x55\x66\x77\x88" .. string.rep("\3\4", 700), transport = "udp" },
  example { client = "\x80\x21\0\1\0\0\0\xA0\x11\x22\x33\x44" .. string.rep("\x47" .. string.rep("\xFF", 187), 7),
    server = "\x80\x21\0\9\0\0\1\x40\x55\x66\x77\x88" .. string.rep("\x47" .. string.rep("\x7F", 187), 7),
    transport = "udp" },
  -- Three milliseconds, more than a call's packet takes, and no key: a number that there is not.
  counterexample { client = "\x80\0\x12\x34\0\0\0\xA0\x11\x22\x33\x44" .. string.rep("\xFF", 24),
    server = "\x80\0\x43\x21\0\0\1\x40\x55\x66\x77\x88" .. string.rep("\x7F", 24), transport = "udp" },
  counterexample { client = "\x80\0\x12\x34\0\0\0\xA0\x11\x22\x33\x44" .. string.rep("\xFF", 1040),
    server = "\x80\0\x43\x21\0\0\1\x40\x55\x66\x77\x88" .. string.rep("\x7F", 1040), transport = "udp" },
  counterexample { client = "\x80\x60\0\1\0\0\0\xA0\x11\x22\x33\x44" .. string.rep("\xA5", 60),
    server = hex "80 E5 00 09 00 00 01 40 55 66 77 88 25 0A 00 A0", transport = "udp" },
  -- SRT: a sign of life each way.
  counterexample { client = hex "80 01 00 00 00 00 00 00 00 0F 42 40 00 00 12 34",
    server = hex "80 01 00 00 00 00 00 00 00 0F 44 34 00 00 56 78", transport = "udp" },
  -- SRT: what has arrived.  G.726 comes in whole packets of 10 milliseconds.
  counterexample { client = hex "80 02 00 00 00 00 00 01 00 0F 42 40 00 00 12 34 00 00 00 05 00 00 00 06 \z
      00 00 00 07 00 00 00 08",
    server = hex "80 02 00 00 00 00 00 01 00 0F 44 34 00 00 56 78 00 00 00 09 00 00 00 0A 00 00 00 0B \z
      00 00 00 0C 00 00 00 0D 00 00 00 0E 00 00 00 0F", transport = "udp" },
  example { client = "\x80\2\x12\x34\0\0\0\xA0\x11\x22\x33\x44" .. string.rep("\xFF", 80),
    server = "\x80\2\x43\x21\0\0\1\x40\x55\x66\x77\x88" .. string.rep("\x7F", 80), transport = "udp" },
  -- ENet: connecting and the answer, or data and their acknowledgement.
  counterexample { client = hex "80 62 00 01 82 FF 00 01" .. string.rep("\x5A", 40),
    server = hex "80 61 00 01 83 FF 00 01" .. string.rep("\xA5", 40), transport = "udp" },
  counterexample { client = hex "80 62 00 07 86 00 00 05" .. string.rep("\x5A", 30),
    server = hex "80 61 00 07 01 00 00 05 00 05 00 07 86 00 00 02 A1", transport = "udp" },
}
