-- Text: a command word and the server's own words; or a header of 24 bytes whose magic is 80 (asks) or 81 (answers)
-- (memcached protocol.txt and BinaryProtocolRevamped).
protocol "memcached" {
  title     = "Memcached",
  reference = "memcached doc/protocol.txt, binary protocol specification",
  category  = "database",
  ports     = { "11211/tcp", "11211/udp" },

  tcp { client = any { starts "stats", starts "version\r\n", starts "get ", starts "gets ", starts "set ",
    starts "add ", starts "delete ", starts "incr ", starts "flush_all", starts "mg ", starts "ms " },
        server = any { starts "STAT ", starts "VERSION ", starts "VALUE ", starts "END\r\n", starts "STORED\r\n",
          starts "NOT_STORED\r\n", starts "DELETED\r\n", starts "NOT_FOUND\r\n" } },
  tcp { client = bytes "80 ?? ?? ?? ?? 00 00 00", server = bytes "81 ?? ?? ?? ?? 00 00 ??",
    check = function(m) return m.client:u8(1) == m.server:u8(1) end },
  tcp { server = matches [[^STAT pid \d+\r\n]], alone = "server" },
  -- UDP has eight bytes before it: id, sequence, count, zero.
  udp { client = all { bytes "?? ?? 00 00 00 01 00 00", any { at(8, starts "stats"), at(8, starts "get "), at(8,
    starts "gets "), at(8, starts "version") } }, alone = "client" },

  fields { server = [[^(?:VERSION |STAT pid[^$]*?STAT version )(?<version>\d[\w.]*)]] },

  example { client = "stats\r\n", server = "STAT pid 1\r\n", transport = "tcp" },
  example { client = "\0\1\0\0\0\1\0\0stats\r\n", transport = "udp" },
  counterexample { client = "get / HTTP/1.1\r\n\r\n", server = "HTTP/1.1 400 Bad Request\r\n\r\n", transport = "tcp" },
}
