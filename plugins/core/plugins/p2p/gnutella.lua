-- The handshake is in HTTP's manner: GNUTELLA CONNECT/0.6, answered by GNUTELLA/0.6 and a code (Gnutella 0.6
-- draft). Files are then fetched with HTTP; those flows are HTTP.

-- Over UDP descriptors stand alone: 16 bytes of identity, a type, two counters of hops, the length of the
-- rest, little-endian (section 2.2).  Gnutella 2 writes GND, flags, a number, a part and its count, then
-- packets.
-- Parts are counted from 1; an acknowledgement (count 0) has no packets.
local part = any { bytes "47 4E 44 [00-1F] ?? ?? 01 ??", bytes "47 4E 44 [00-1F] ?? ?? [02-40] [02-FF]" }

-- Ping, pong, bye, routing, vendor's own, push, query, hits; hops to go and hops done, not both none.
local descriptor = all {
  at(16, bytes "[00-02,30-32,40,80,81] [00-0A] [00-0A] ?? ?? 00 00"), none { at(17, bytes "00 00") },
  sized_le(19, 4, 23), length(23, 1500),
}

-- Its distributed hash table, Kademlia: 16 bytes of an id, D, the version 0.0 or 0.1 instead of counters, the
-- length, an operation (1 to 10), who speaks: four letters of the vendor, and at 50 the length of an IPv4 address.
-- The header has 61 bytes (gtk-gnutella source, src/if/dht/kademlia.h).
local kademlia = all {
  at(16, bytes "44 00 [00-01] ?? ?? 00 00 [01-0A] [41-5A] [41-5A] [41-5A] [41-5A]"), at(50, bytes "04"),
  sized_le(19, 4, 23), length(61, 1500),
}

protocol "gnutella" {
  title     = "Gnutella",
  reference = "The Gnutella Protocol Specification 0.6, section 2",
  category  = "p2p",
  dynamic   = true,

  tcp { client = starts "GNUTELLA CONNECT/", server = starts "GNUTELLA/", alone = { "client", "server" } },
  -- 0.4 answered in two words.
  tcp { client = starts "GNUTELLA CONNECT/0.4", server = starts "GNUTELLA OK", alone = "server" },
  -- Giving a file away after a push request (section 3.6).
  tcp { client = matches [[^GIV \d{1,10}:[0-9A-Fa-f]{32}/]],
    server = any { starts "GET ", starts "HEAD " }, alone = "client" },
  udp { either = descriptor, alone = { "client", "server" } },
  udp { either = kademlia, alone = { "client", "server" } },
  udp { either = all { part, length(8, 1500) }, alone = { "client", "server" } },

  fields {
    server = [[(?im)^User-Agent:[ \t]*(?<banner>(?<product>[A-Za-z][\w.-]*)[/ ]?(?<version>\d[\w.]*)?[^\r\n]*)]],
    client = [[(?im)^User-Agent:[ \t]*(?<user_agent>[^\r\n]*[^\s])]],
  },

  example { client = "GNUTELLA CONNECT/0.6\r\nUser-Agent: Demo/1.0\r\n\r\n",
    server = "GNUTELLA/0.6 200 OK\r\nUser-Agent: LimeWire/4.18.8\r\nX-Ultrapeer: True\r\n\r\n" },
  example { client = "GNUTELLA CONNECT/0.4\n\n", server = "GNUTELLA OK\n\n" },
  example { client = "GIV 8:00112233445566778899AABBCCDDEEFF/song.ogg\n\n" },
  example { client = "GIV 8:00112233445566778899AABBCCDDEEFF/song.ogg\n\n",
    server = "HEAD /get/8/song.ogg HTTP/1.1\r\n\r\n" },
  example { client = string.rep("\xA5", 16) .. "\0\1\0\5\0\0\0\1\2\3\4\5", transport = "udp" },
  -- A ping, and one whose address is none.
  example { client = string.rep("\xA5", 16) .. "D\0\0\x26\0\0\0\1GTKG\0\0" .. string.rep("\x5A", 20)
    .. "\4\192\0\2\1\x18\xCA\1\0\0\0", transport = "udp" },
  counterexample { client = string.rep("\xA5", 16) .. "D\0\0\x26\0\0\0\1GTKG\0\0" .. string.rep("\x5A", 20)
    .. "\5\192\0\2\1\x18\xCA\1\0\0\0", transport = "udp" },
  example { client = "GND\2\1\2\1\1\x10\4PI" .. string.rep("\xA5", 8), transport = "udp" },
  counterexample { client = string.rep("\xA5", 16) .. "\0\1\0\6\0\0\0\1\2\3\4\5",
    transport = "udp" },
  counterexample { client = "GNUTELLA CONNECT/0.6\r\n\r\n", server = "HTTP/1.1 400 Bad Request\r\n\r\n" },
  counterexample { client = "GET /get/1/file HTTP/1.1\r\n\r\n", server = "HTTP/1.1 200 OK\r\n\r\n" },
}
