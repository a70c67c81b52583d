-- 20 bytes of header: two zero bits, a type, the length of the attributes, and since RFC 5389 the magic
-- cookie 2112A442 (RFC 8489 section 5).  Attributes are a type, a length, and a value padded to four bytes.

-- Whether the attributes fill the message exactly; a datagram cut short by the capture may end before.
local function message(v, base)
  local kind, length = v:u16(base), v:u16(base + 2)
  if not length or kind > 0x3FFF then return false end
  local stop = base + 20 + length
  local at = base + 20
  for _ = 1, 40 do
    if at >= stop then return at - stop < 4 end                   -- some forget to pad the last one
    local size = v:u16(at + 2)
    if not size then return at + 4 > v:size() end
    at = at + 4 + size + (4 - size % 4) % 4
  end
  return false
end

local function datagram(v)
  return v:size() <= 20 + v:u16(2) + 8 and message(v, 0)
end

local function datagrams(m)
  return (not m.client or datagram(m.client)) and (not m.server or datagram(m.server))
end

-- Before RFC 5389 there was no cookie (RFC 3489 section 11.1): both sides must agree, or attributes must be
-- known.
local function classic(m)
  local v = m.client or m.server
  if not datagrams(m) or v:size() ~= 20 + v:u16(2) then return false end
  if v:u16(2) % 4 ~= 0 then return false end
  if m.client and m.server then return m.client:bytes(4, 16) == m.server:bytes(4, 16) end
  local first = v:u16(20)
  -- Some put attributes of their own behind: 0101 and the like.  They fill the message exactly all the same.
  return first ~= nil and (first >= 1 and first <= 0x1FF or first == 0x8020 or first == 0x8022)
end

-- What a relay passes on: a channel of 4000 to 4FFF, the same both ways, and the length of the data (RFC
-- 8656 section 12.4).
local function data(v)
  local size, length = v:size(), v:u16(2)
  return size == 4 + length or size == 4 + length + (4 - length % 4) % 4
end

local function channel(m)
  return m.client:u16(0) == m.server:u16(0) and data(m.client) and data(m.server)
end

local function stream(m)
  return (not m.client or message(m.client, 0)) and (not m.server or message(m.server, 0))
end
-- On TCP inside ICE each message has its length before it (RFC 4571).
local function framed(m)
  local v = m.client or m.server
  return v:u16(0) >= 20 + v:u16(4) and (not m.client or message(m.client, 2))
    and (not m.server or message(m.server, 2))
end

-- Two bits of the type tell its class: 0100 is an answer, 0010 alone an indication (RFC 8489 section 5).  Of
-- those, Send (0016) goes to a relay and Data (0017) comes from it; others come from either.
local header = bytes "0? ?? ?? ?? 21 12 A4 42"
local asked = any { bytes "00 16 ?? ?? 21 12 A4 42",
  bytes "[00,02,04,06,08,0A,0C,0E] [00-0F,20-2F,40-4F,60-6F,80-8F,A0-AF,C0-CF,E0-EF] \z
    ?? ?? 21 12 A4 42" }
local answered = any { bytes "00 17 ?? ?? 21 12 A4 42", bytes "[01,03,05,07,09,0B,0D,0F] ?? ?? ?? 21 12 A4 42" }
local told_by_none = all { header, none { asked, answered } }

local media = any { bytes "[14-17] FE", bytes "4? ??", bytes "[80-BF] ??" }

protocol "stun" {
  title     = "Session Traversal Utilities for NAT",
  reference = "RFC 8489 section 5, RFC 3489 section 11.1, RFC 8656",
  category  = "voice",
  also      = { "spicy_stun", "spicy_stun_tcp", "stun_tcp" },
  -- Media flows of any port begin with it.
  dynamic   = true,
  ports     = { "3478/udp", "3478/tcp" },

  -- A request and its answer need no second look.
  udp { client = bytes "00 01 ?? ?? 21 12 A4 42", server = bytes "01 [01-11] ?? ?? 21 12 A4 42" },
  udp { client = all { asked, sized(2, 2, 20) }, server = all { answered, sized(2, 2, 20) },
    alone = { "client", "server" } },
  udp { client = asked, server = answered, alone = { "client", "server" }, check = datagrams },
  udp { client = asked, server = header, check = datagrams },
  udp { client = header, server = answered, check = datagrams },
  udp { either = told_by_none, alone = { "client", "server" }, check = datagrams },
  udp { client = all { bytes "00 [01,02] 00 ??", sized(2, 2, 20) },
        server = all { any { bytes "01 [01,02,11] 00 ??", bytes "00 02 00 ??" }, sized(2, 2, 20) },
        alone = { "client", "server" }, check = classic },
  -- Media begins on either side while the other still checks: DTLS, channels or RTP (RFC 7983 section 7).
  udp { client = header, server = media, check = function(m) return datagram(m.client) end },
  udp { server = header, client = media, check = function(m) return datagram(m.server) end },
  tcp { client = asked, server = answered, alone = { "client", "server" }, check = stream },
  tcp { either = header, alone = { "client", "server" }, check = stream },
  tcp { client = at(2, asked), server = at(2, answered), alone = { "client", "server" }, check = framed },
  tcp { either = at(2, header), alone = { "client", "server" }, check = framed },
  udp { either = all { bytes "40 ?? [00-05] ??", length(5, 1500) }, check = channel },

  upgrade "dtls" {},                                             -- media keys (RFC 5764, RFC 7983)

  fields { server = [[(?s)\x80\x22\x00.(?<software>[\x20-\x7e]{3,})]] },

  -- A binding request (RFC 8489 section 6).
  probe { transport = "udp", send = hex "00 01 00 00 21 12 A4 42 4F 46 46 50 4F 52 54 50 52 4F 42 45" },

  example { client = hex "00 01 00 00 21 12 A4 42 01 02 03 04 05 06 07 08 09 0A 0B 0C",
    server = hex "01 01 00 0C 21 12 A4 42 01 02 03 04 05 06 07 08 09 0A 0B 0C 00 20 00 08 00 01 11 22 33 44 55 66",
    transport = "udp" },
  example { client = hex "00 01 00 00 11 22 33 44 01 02 03 04 05 06 07 08 09 0A 0B 0C",
    server = hex "01 01 00 0C 11 22 33 44 01 02 03 04 05 06 07 08 09 0A 0B 0C 00 01 00 08 00 01 11 22 33 44 55 66",
    transport = "udp" },
  -- It is kept open by an indication, which either may send; and both may ask.
  example { client = hex "00 01 00 00 21 12 A4 42 01 02 03 04 05 06 07 08 09 0A 0B 0C",
    server = hex "00 11 00 00 21 12 A4 42 21 22 23 24 25 26 27 28 29 2A 2B 2C", transport = "udp" },
  example { client = hex "00 11 00 00 21 12 A4 42 21 22 23 24 25 26 27 28 29 2A 2B 2C",
    server = hex "01 01 00 00 21 12 A4 42 01 02 03 04 05 06 07 08 09 0A 0B 0C", transport = "udp" },
  example { server = hex "00 11 00 00 21 12 A4 42 21 22 23 24 25 26 27 28 29 2A 2B 2C", transport = "udp" },
  example { client = hex "00 01 00 00 21 12 A4 42 01 02 03 04 05 06 07 08 09 0A 0B 0C",
    server = hex "00 01 00 00 21 12 A4 42 21 22 23 24 25 26 27 28 29 2A 2B 2C", transport = "udp" },
  example { client = hex "00 01 00 00 21 12 A4 42 01 02 03 04 05 06 07 08 09 0A 0B 0C",
    server = hex "00 01 00 00 21 12 A4 42 21 22 23 24 25 26 27 28 29 2A 2B 2C", transport = "tcp" },
  example { client = hex "00 14 00 01 00 00 21 12 A4 42 01 02 03 04 05 06 07 08 09 0A 0B 0C",
    server = hex "00 14 00 01 00 00 21 12 A4 42 21 22 23 24 25 26 27 28 29 2A 2B 2C", transport = "tcp" },
  -- A frame of 68 bytes holds no more of the answer; nor of a check of ICE that nobody answers.
  example { client = hex "00 01 00 00 21 12 A4 42 01 02 03 04 05 06 07 08 09 0A 0B 0C",
    server = hex "01 01 00 4C 21 12 A4 42 01 02 03 04 05 06 07 08 09 0A 0B 0C 00 20 00 08 00 01",
    transport = "udp" },
  example { client = hex "00 01 00 44 21 12 A4 42 01 02 03 04 05 06 07 08 09 0A 0B 0C" ..
      hex "00 06 00 09" .. "Bx", transport = "udp" },
  -- A relay is asked over TCP, and wants to know who asks.
  example { client = hex "00 03 00 08 21 12 A4 42 01 02 03 04 05 06 07 08 09 0A 0B 0C" ..
      hex "00 19 00 04 11 00 00 00",
    server = hex "01 13 00 58 21 12 A4 42 01 02 03 04 05 06 07 08 09 0A 0B 0C" ..
      hex "00 09 00 10 00 00 04 01" .. "Unauthorized" ..
      hex "00 15 00 10" .. "5c1d9f2e7ab04638" .. hex "00 14 00 0B" .. "example.org\0" ..
      hex "80 22 00 1A" .. "Coturn-4.5.1.1 'dan Eider'\0\0",
    transport = "tcp" },
  -- A check of ICE over TCP: who, how much it is worth, who controls; then the HMAC and the CRC.
  example {
    client = hex "00 58 00 01 00 44 21 12 A4 42 01 02 03 04 05 06 07 08 09 0A 0B 0C" ..
      hex "00 06 00 09" .. "Bx3k:a9Qz\0\0\0" ..
      hex "00 24 00 04 6E 7F 00 FF 80 2A 00 08 11 22 33 44 55 66 77 88 00 08 00 14" ..
      hex "30 CA 59 4E DF 3C BE C6 5A A7 D1 A9 68 5F 21 31 FB 24 4B CD 80 28 00 04 2A 83 07 23",
    server = hex "00 40 01 01 00 2C 21 12 A4 42 01 02 03 04 05 06 07 08 09 0A 0B 0C" ..
      hex "00 20 00 08 00 01 E2 42 E1 12 A6 45 00 08 00 14" ..
      hex "67 75 B1 21 AF FC 68 42 8F 61 6F 14 2F D9 31 B1 AD 18 25 54 80 28 00 04 1E DF B2 4C",
    transport = "tcp",
  },
  -- Media flows while the other side still checks.
  example { client = hex "80 60 00 01 00 00 00 00 12 34 56 78 00 00 00 00 00 00 00 00",
    server = hex "00 01 00 00 21 12 A4 42 01 02 03 04 05 06 07 08 09 0A 0B 0C", transport = "udp" },
  example { client = "\x40\1\0\4\x80\x60\0\1", server = "\x40\1\0\6\x80\x60\0\1\2\3\0\0", transport = "udp" },
  counterexample { client = "\x40\1\0\4\x80\x60\0\1", server = "\x40\2\0\4\x80\x60\0\1", transport = "udp" },
  example { client = hex "00 01 00 00 21 12 A4 42 01 02 03 04 05 06 07 08 09 0A 0B 0C",
    server = hex "80 60 00 01 00 00 00 00 12 34 56 78 00 00 00 00 00 00 00 00", transport = "udp" },
  counterexample { client = hex "80 60 00 01 00 00 00 00 12 34 56 78 00 00 00 00 00 00 00 00",
    server = hex "80 60 00 02 00 00 00 00 12 34 56 78 00 00 00 00 00 00 00 00", transport = "udp" },
  -- These are the other one's words.
  counterexample { client = hex "01 01 00 00 21 12 A4 42 01 02 03 04 05 06 07 08 09 0A 0B 0C", transport = "udp" },
  counterexample { server = hex "00 01 00 00 21 12 A4 42 01 02 03 04 05 06 07 08 09 0A 0B 0C", transport = "udp" },
  counterexample { client = hex "00 01 00 00 11 22 33 44 01 02 03 04 05 06 07 08 09 0A 0B 0C",
    transport = "udp" },
  counterexample { client = hex "80 60 00 01 00 00 00 00 12 34 56 78 00 00 00 00 00 00 00 00",
    transport = "udp" },
}
