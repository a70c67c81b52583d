-- Text: a command word and the server's own words; or a header of 24 bytes whose magic is 80 (asks) or 81
-- (answers) (memcached protocol.txt and BinaryProtocolRevamped).

-- A server's own words, by their numbers: a value has flags, a size and perhaps a mark of its version; behind the
-- version may stand who built the server, and some say no number.
local value = all { starts "VALUE ",
  matches [[^VALUE \S{1,250} \d{1,10} \d{1,10}(?: \d{1,20})?\r\n]] }
local stat = all { starts "STAT ", matches [[^STAT \S+ \S]] }
local version = all { starts "VERSION ",
  matches [[(?x) ^VERSION[ ]
    (?: mcrouter[ ]\S+ | Hazelcast | \d[\w.-]* | \d+\.\d[\w.-]*[ ]\(?[\w.\x20-]{1,30}\)? ) \r\n]] }

protocol "memcached" {
  title     = "Memcached",
  reference = "memcached doc/protocol.txt, binary protocol specification",
  category  = "database",
  also      = { "memcache" },
  ports     = { "11211/tcp", "11211/udp" },

  tcp { client = any { starts "stats", starts "version\r\n", starts "get ", starts "gets ", starts "set ",
    starts "add ", starts "delete ", starts "incr ", starts "flush_all", starts "mg ", starts "ms " },
        server = any { stat, version, value, starts "END\r\n",
          starts "STORED\r\n",
          starts "NOT_STORED\r\n", starts "DELETED\r\n", starts "NOT_FOUND\r\n" } },
  -- What is stored has a key and three numbers: flags, time, bytes.  Quiet clients want no answer.
  tcp {
    client = all { bytes "[61,63,70,72,73] [61,64,65,70,72] [64,65,70,73,74]",
      matches [=[^(?:set|add|replace|append|prepend|cas) [^ \r\n]{1,250} \d{1,10} -?\d{1,10} \d{1,9}[ \r]]=] },
    server = any {
      starts "STORED\r\n", starts "NOT_STORED\r\n", starts "EXISTS\r\n", starts "NOT_FOUND\r\n",
      starts "ERROR\r\n",
      starts "CLIENT_ERROR ", starts "SERVER_ERROR ",
    },
    alone = "client",
  },
  tcp {
    client = any {
      starts "gat ", starts "gats ", starts "touch ", starts "decr ", starts "verbosity ", starts "mn\r\n",
      starts "md ", starts "ma ", starts "cache_memlimit ", starts "lru_crawler ", starts "slabs ",
    },
    server = any {
      value, starts "END\r\n", starts "TOUCHED\r\n", starts "NOT_FOUND\r\n", starts "MN\r\n",
      starts "CLIENT_ERROR ", matches [[^(?:HD|NF|EN|NS)(?: [a-zA-Z]\S*)*\r\n]],
    },
  },
  tcp { client = bytes "80 ?? ?? ?? ?? 00 00 00", server = bytes "81 ?? ?? ?? ?? 00 00 ??",
    check = function(m) return m.client:u8(1) == m.server:u8(1) end },
  tcp { server = matches [[^STAT pid \d+\r\n]], alone = "server" },
  -- UDP has eight bytes before it: id, sequence, count, zero.
  udp { client = all { bytes "?? ?? 00 00 00 01 00 00", any { at(8, starts "stats"), at(8, starts "get "),
    at(8, starts "gets "), at(8, starts "version") } },
    server = bytes "?? ?? 00 ?? 00 ?? 00 00", alone = "client" },
  -- What an open server sends when it is abused to flood somebody.
  udp {
    server = all {
      bytes "?? ?? 00 ?? 00 ?? 00 00",
      any { at(8, starts "STAT pid "), at(8, starts "VALUE "), at(8, starts "VERSION 1.") },
    },
    alone = "server",
  },

  fields {
    server = {
      [[^VERSION (?<version>\d[\w.-]*)]],
      [[(?m)^STAT version (?<version>\d[\w.-]*)]],
      [[^(?<banner>VERSION [^\r\n]*)]],
    },
    describe = { version = function() return { product = "memcached" } end },
  },

  probe { send = "version\r\n" },
  probe { transport = "udp", send = "\0\1\0\0\0\1\0\0version\r\n" },

  example { client = "stats\r\n", transport = "tcp",
    server = "STAT pid 1\r\nSTAT uptime 3600\r\nSTAT time 1700000000\r\nSTAT version 1.6.21\r\n" },
  example { client = "version\r\n", server = "VERSION 1.6.21\r\n", transport = "tcp" },
  example { client = "version\r\n", server = "VERSION 1.4.25 (Shop Linux)\r\n", transport = "tcp" },
  example { client = "version\r\n", server = "VERSION 1.5.0 build 7\r\n", transport = "tcp" },
  example { client = "version\r\n", server = "VERSION Hazelcast\r\n", transport = "tcp" },
  example { client = "version\r\n", server = "VERSION mcrouter 0.40\r\n", transport = "tcp" },
  -- Version (0B), in binary.
  example { client = hex "80 0B 00 00 00 00 00 00 00 00 00 00 00 00 00 07 00 00 00 00 00 00 00 00",
    server = hex "81 0B 00 00 00 00 00 00 00 00 00 06 00 00 00 07 00 00 00 00 00 00 00 00"
      .. "1.6.21",
    transport = "tcp" },
  example { client = "\0\1\0\0\0\1\0\0stats\r\n", transport = "udp" },
  example { client = "set a 0 60 5\r\nhello\r\n", server = "STORED\r\n", transport = "tcp" },
  example { client = "mn\r\n", server = "MN\r\n", transport = "tcp" },
  example { client = "gets shelf\r\n", server = "VALUE shelf 0 5 17\r\nhello\r\nEND\r\n", transport = "tcp" },
  example { client = "gat 60 shelf\r\n", server = "VALUE shelf 0 5\r\nhello\r\nEND\r\n", transport = "tcp" },
  example { server = "\0\1\0\0\0\1\0\0STAT pid 7\r\n", transport = "udp" },
  counterexample { client = "set a 1\r\n", server = "ERROR\r\n", transport = "tcp" },
  counterexample { client = "get a\r\n", server = "$-1\r\n", transport = "tcp" },
  counterexample { client = "stats\r\n", transport = "tcp" },
  counterexample { client = "get directions\r\n", server = "VALUE unknown, try again\r\n", transport = "tcp" },
  counterexample { client = "get news\r\n", server = "VERSION 3 soon\r\n", transport = "tcp" },
  counterexample { client = "get / HTTP/1.1\r\n\r\n", server = "HTTP/1.1 400 Bad Request\r\n\r\n",
    transport = "tcp" },
}
