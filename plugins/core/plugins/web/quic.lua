-- A long header: the two high bits, a version, then two connection ids with their lengths (RFC 8999 section
-- 5.1, RFC 9000 section 17.2).  Google's older versions have a public header: flags, an id of 8 bytes, a
-- version that begins with Q. Not both ids are empty, and zeros are none.
local ids = at(5, any { seq { counted(1, 4, 20), counted(1, 0, 20), bytes "??" },
  seq { counted(1, 0, 3), counted(1, 1, 20), bytes "??" } })

-- Version negotiation lists the server's versions to the end of the datagram (RFC 9000 section 17.2.1): at
-- least one must be a version that exists, or zeros and small numbers would pass for it.
local function offers(m)
  local v = m.server
  local first = v:u8(5)
  local at = 7 + first + v:u8(6 + first)
  if (v:size() - at) % 4 ~= 0 then return false end
  for _ = 1, 24 do
    local one = v:u32(at)
    if not one then return false end
    local head = one >> 16
    if one == 1 or one == 0x6B3343CF or head == 0xFF00 or head == 0x5130 or head == 0x5430
        or head == 0xFACE then return true end
    at = at + 4
  end
  return false
end

-- Google's Q046 to Q049 write both lengths in one byte: 0x50 is 8 and none.
local function nibbles(m)
  local v = m.client or m.server
  local lengths = v:u8(5)
  return (lengths == 0x50 or lengths == 0x05 or lengths == 0x55) and v:size() > 20
end

local version = any {
  bytes "[C0-FF] 00 00 00 01",                                   -- version 1
  bytes "[C0-FF] 6B 33 43 CF",                                   -- version 2 (RFC 9369)
  bytes "[80-FF] FF 00 00 ??",                                   -- drafts, some with the fixed bit cleared
  bytes "[C0-FF] FA CE B0 0?",                                   -- mvfst
  bytes "[C0-FF] 51 30 35 30", bytes "[C0-FF] 54 30 35 ??",      -- Google's Q050, T050, T051
}
-- Versions reserved to exercise negotiation, 0x?a?a?a?a (RFC 9000 section 15), and the negotiation itself,
-- version 0.
local greased = bytes "[C0-FF] ?A ?A ?A ?A"
local negotiation = bytes "[80-FF] 00 00 00 00"
local q04x = all { bytes "[C0-FF] 51 30 34 ??", length(30, 1500) }

protocol "quic" {
  title     = "QUIC",
  reference = "RFC 9000 section 17.2, RFC 9369, RFC 8999",
  category  = "web",
  ports     = { "443/udp", "853/udp", "80/udp" },
  alternates = { "4433/udp", "4443/udp", "8443/udp", "784/udp" },

  udp { client = all { version, ids }, server = all { version, ids }, alone = { "client", "server" } },
  udp { client = all { any { version, greased }, ids }, server = all { negotiation, ids }, alone = "server",
        check = function(m) return not m.server or offers(m) end },
  -- The first packet of a client fills 1200 bytes (RFC 9000 section 14.1); the server may answer with short
  -- headers only.
  udp { client = all { version, length(1200, 1500), ids } },
  -- Google's public header: flags 08 to 0D or 19, then an id, then Q0xx; from Q046 the version stands at 1.
  udp { client = all { bytes "[08,09,0C,0D,19]", at(9, bytes "51 30 [30-35] [30-39]") }, alone = "client" },
  udp { client = q04x, alone = "client", check = nibbles },
  udp { server = q04x, alone = "server", check = nibbles },

  -- The first packet's key is no secret (RFC 9001 section 5.2): it holds a TLS hello.
  fields { client = handshake "quic", server = handshake "quic" },

  example { client = "\xC3\0\0\0\1\8ABCDEFGH\0\0\x44\xB0" .. string.rep("\xA5", 1180),
    server = "\xC1\0\0\0\1\0\8abcdefgh\0\x40\x50" .. string.rep("\x5A", 80) },
  -- A version that exists nowhere is answered with those that do: 1 and 2.
  example { client = "\xC0\x1A\x2A\x3A\x4A\8ABCDEFGH\0\0\x44\x9E" .. string.rep("\xA5", 1182),
    server = "\x80\0\0\0\0\0\8ABCDEFGH" .. hex "00 00 00 01 6B 33 43 CF" },
  -- The server's first datagrams were lost: what comes has a short header and, the client's being
  -- empty, no id.
  example { client = "\xC3\0\0\0\1\8ABCDEFGH\0\0\x44\x9E" .. string.rep("\xA5", 1182),
    server = "\x4B" .. string.rep("\x5A", 60) },
  -- Q046: ids of 8 bytes and none (50) from the client, of none and 8 (05) from the server.
  example { client = "\xC3Q046\x50ABCDEFGH\0\0\0\1" .. string.rep("\xA5", 40) },
  example { client = "\xC3Q046\x50ABCDEFGH\0\0\0\1" .. string.rep("\xA5", 40),
    server = "\xC3Q046\5ABCDEFGH\0\0\0\1" .. string.rep("\x5A", 40) },
  example { client = "\x0DABCDEFGHQ039\1" .. string.rep("\xA5", 100) },
  counterexample { client = "\xC3\0\0\0\1\x80ABCDEFGH" },
  -- OpenVPN, STUN, RTP and a negotiation without versions.
  counterexample { client = hex "38 01 02 03 04 05 06 07 08 00 00 00 00 00" },
  counterexample { client = hex "00 01 00 00 21 12 A4 42 01 02 03 04 05 06 07 08 09 0A 0B 0C" },
  counterexample { client = hex "80 60 00 01 00 00 00 00 12 34 56 78" .. string.rep("\xA5", 40) },
  counterexample { server = hex "80 00 00 00 00 04 01 02 03 04 02 01 02 00 00 00 03 00 00 00 07" },
  counterexample { client = "\xC0\0\0\0\2\8ABCDEFGH\0\0" },
}
