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

-- Types 0001 to 000F in the classes request, indication, success and error.
local header = any { bytes "00 ?? ?? ?? 21 12 A4 42", bytes "01 ?? ?? ?? 21 12 A4 42",
  bytes "0? ?? ?? ?? 21 12 A4 42" }

local media = any { bytes "[14-17] FE", bytes "4? ??", bytes "[80-BF] ??" }

protocol "stun" {
  title     = "Session Traversal Utilities for NAT",
  reference = "RFC 8489 section 5, RFC 3489 section 11.1, RFC 8656",
  category  = "voice",
  also      = { "spicy_stun", "spicy_stun_tcp", "stun_tcp" },
  -- Media flows of any port begin with it; customary: 3478 and others.
  dynamic   = true,

  -- A request and its answer need no second look.
  udp { client = bytes "00 01 ?? ?? 21 12 A4 42", server = bytes "01 [01-11] ?? ?? 21 12 A4 42" },
  udp { either = all { header, sized(2, 2, 20) }, alone = { "client", "server" } },
  udp { either = header, alone = { "client", "server" }, check = datagrams },
  udp { client = all { bytes "00 [01,02] 00 ??", sized(2, 2, 20) },
        server = all { any { bytes "01 [01,02,11] 00 ??", bytes "00 02 00 ??" }, sized(2, 2, 20) },
        alone = { "client", "server" }, check = classic },
  -- Media begins on either side while the other still checks: DTLS, channels or RTP (RFC 7983 section 7).
  udp { client = header, server = media, check = function(m) return datagram(m.client) end },
  udp { server = header, client = media, check = function(m) return datagram(m.server) end },
  tcp { either = header, alone = { "client", "server" }, check = stream },
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
  example { client = "\x40\1\0\4\x80\x60\0\1", server = "\x40\1\0\6\x80\x60\0\1\2\3\0\0", transport = "udp" },
  counterexample { client = "\x40\1\0\4\x80\x60\0\1", server = "\x40\2\0\4\x80\x60\0\1", transport = "udp" },
  example { client = hex "00 01 00 00 21 12 A4 42 01 02 03 04 05 06 07 08 09 0A 0B 0C",
    server = hex "80 60 00 01 00 00 00 00 12 34 56 78 00 00 00 00 00 00 00 00", transport = "udp" },
  counterexample { client = hex "80 60 00 01 00 00 00 00 12 34 56 78 00 00 00 00 00 00 00 00",
    server = hex "80 60 00 02 00 00 00 00 12 34 56 78 00 00 00 00 00 00 00 00", transport = "udp" },
  counterexample { client = hex "00 01 00 00 11 22 33 44 01 02 03 04 05 06 07 08 09 0A 0B 0C",
    transport = "udp" },
  counterexample { client = hex "80 60 00 01 00 00 00 00 12 34 56 78 00 00 00 00 00 00 00 00",
    transport = "udp" },
}
