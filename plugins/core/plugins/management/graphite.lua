-- One metric per line: a path with dots, a value, the time in seconds (Graphite, feeding in your data).  The
-- pickle port gets a length, then a list of tuples in pickle protocol 2 or newer.  Nothing is ever answered.
-- A path, perhaps tags, a value; then the time: 1[3-9]... are the years 2011 to 2033.
local path  = [[^[A-Za-z_][\w\-]{0,80}(?:\.[\w\-:%+]{1,120}){1,30}(?:;[^\s;]{1,100}){0,20}]]
local plain = matches(path .. [[ -?\d{1,20}(?:\.\d{1,20})?(?:e[+-]?\d{1,3})? 1[3-9]\d{8}(?:\.\d{1,6})?\r?\n]])

local function silent(m) return m.server == nil end

protocol "graphite" {
  title     = "Graphite (Carbon)",
  reference = "Graphite documentation: the plaintext and pickle protocols",
  category  = "management",
  ports     = { "2003/tcp", "2003/udp", "2004/tcp" },
  alternates = { "2103/tcp", "2013/tcp", "2014/tcp" },

  -- The ranges are only there for the index: a path begins in letters.
  tcp { client = all { bytes "[41-7a] [2d-7a] [2d-7a] [2d-7a]", plain }, alone = "client", check = silent },
  udp { client = all { bytes "[41-7a] [2d-7a] [2d-7a] [2d-7a]", plain }, alone = "client", check = silent },
  -- PROTO 2 (or 4, with a frame), an empty list, memo; then MARK, or the path itself when there is one metric
  -- only.
  tcp { client = bytes "00 0? ?? ?? 80 02 5D 71 0? [28,55,58]", alone = "client", check = silent },
  tcp { client = bytes "00 0? ?? ?? 80 [04-05] 95 ?? ?? ?? 00 00 00 00 00 5D 94 [28,8C]", alone = "client",
    check = silent },

  example { client = "servers.web1.cpu.idle 93.5 1700000000\nservers.web1.load 0.2 1700000000\n",
    transport = "tcp" },
  example { client = "servers.web1.cpu.idle 93.5 1700000000\n", transport = "udp" },
  example { client = hex "00 00 00 30 80 02 5D 71 00 28 55 05", transport = "tcp" },
  example { client = hex "00 00 00 26 80 02 5D 71 00 58 0B 00 00 00 61 2E 62", transport = "tcp" },
  example { client = hex "00 00 00 30 80 04 95 25 00 00 00 00 00 00 00 5D 94 28 8C 05", transport = "tcp" },
  counterexample { client = "cpu,host=web1 idle=93.5 1700000000\n", transport = "tcp" },
  counterexample { client = "GET / HTTP/1.1\r\nHost: a\r\n\r\n", transport = "tcp" },
}
