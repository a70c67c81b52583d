-- 20 bytes of header: two zero bits, a type, the length of the attributes, and since RFC 5389 the magic cookie 2112A442
-- (RFC 8489 section 5).  Attributes are a type, a length, and a value padded to four bytes.

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

-- Before RFC 5389 there was no cookie (RFC 3489 section 11.1): both sides must agree, or attributes must be known.
local function classic(m)
  local v = m.client or m.server
  if not datagrams(m) or v:size() ~= 20 + v:u16(2) then return false end
  if v:u16(2) % 4 ~= 0 then return false end
  if m.client and m.server then return m.client:bytes(4, 16) == m.server:bytes(4, 16) end
  local first = v:u16(20)
  return first ~= nil and (first >= 1 and first <= 11 or first == 0x8020 or first == 0x8022)
end

local function stream(m)
  return (not m.client or message(m.client, 0)) and (not m.server or message(m.server, 0))
end
-- On TCP inside ICE each message has its length before it (RFC 4571).
local function framed(m)
  local v = m.client or m.server
  return v:u16(0) >= 20 + v:u16(4) and (not m.client or message(m.client, 2)) and (not m.server or message(m.server, 2))
end

-- Types 0001 to 000F in the classes request, indication, success and error.
local header = any { bytes "00 ?? ?? ?? 21 12 A4 42", bytes "01 ?? ?? ?? 21 12 A4 42", bytes "0? ?? ?? ?? 21 12 A4 42" }

protocol "stun" {
  title     = "Session Traversal Utilities for NAT",
  reference = "RFC 8489 section 5, RFC 3489 section 11.1, RFC 8656",
  category  = "voice",
  -- Media flows of any port begin with it; customary: 3478 and others.
  dynamic   = true,

  -- A request and its answer need no second look.
  udp { client = bytes "00 01 ?? ?? 21 12 A4 42", server = bytes "01 [01-11] ?? ?? 21 12 A4 42" },
  udp { either = header, alone = { "client", "server" }, check = datagrams },
  udp { client = any { bytes "00 01 00 ??", bytes "00 02 00 ??" }, server = any { bytes "01 01 00 ??",
    bytes "01 11 00 ??", bytes "01 02 00 ??", bytes "00 02 00 ??" },
        alone = { "client", "server" }, check = classic },
  tcp { either = header, alone = { "client", "server" }, check = stream },
  tcp { either = at(2, header), alone = { "client", "server" }, check = framed },

  fields { server = [[(?s)\x80\x22\x00.(?<software>[\x20-\x7e]{3,})]] },

  example { client = hex "00 01 00 00 21 12 A4 42 01 02 03 04 05 06 07 08 09 0A 0B 0C",
    server = hex "01 01 00 0C 21 12 A4 42 01 02 03 04 05 06 07 08 09 0A 0B 0C 00 20 00 08 00 01 11 22 33 44 55 66",
    transport = "udp" },
  example { client = hex "00 01 00 00 11 22 33 44 01 02 03 04 05 06 07 08 09 0A 0B 0C",
    server = hex "01 01 00 0C 11 22 33 44 01 02 03 04 05 06 07 08 09 0A 0B 0C 00 01 00 08 00 01 11 22 33 44 55 66",
    transport = "udp" },
  counterexample { client = hex "00 01 00 00 11 22 33 44 01 02 03 04 05 06 07 08 09 0A 0B 0C", transport = "udp" },
  counterexample { client = hex "80 60 00 01 00 00 00 00 12 34 56 78 00 00 00 00 00 00 00 00", transport = "udp" },
}
