-- Binary packets: zero and REQ or RES, a type (1 to 42), a length; administrators type plain words (Gearman
-- PROTOCOL).
-- function, jobs, running, workers
local status  = matches [[^[^\t\r\n]{1,128}\t\d{1,10}\t\d{1,10}\t\d{1,10}\n]]
local workers = matches [[^\d{1,9} [0-9A-Fa-f.:]{2,45} [\x21-\x7e]{1,128} :(?: |\n)]]

protocol "gearman" {
  title     = "Gearman job server",
  reference = "Gearman PROTOCOL document, binary packets and administrative protocol",
  category  = "messaging",
  ports     = { "4730/tcp" },
  alternates = { "7003/tcp" },

  tcp { client = bytes "00 52 45 51 00 00 00 [01-2A]", server = bytes "00 52 45 53 00 00 00 [01-2A]",
    alone = { "client", "server" } },

  tcp { client = any { starts "version", starts "getpid" }, server = matches [[^OK \d[\w.+~-]{0,30}\r?\n]] },
  tcp { client = any { starts "status", starts "workers" }, server = any { status, workers } },

  -- To a word that it does not know.
  tcp { server = matches [[^ERR (?i:UNKNOWN_COMMAND) Unknown\+server\+command]], alone = "server" },

  fields { server = [[^OK (?<version>\d+\.[\d.]*\d)[^\r\n]*\r?\n]] },

  probe { send = "version\n" },

  example { client = "\0REQ\0\0\0\7\0\0\0\x0Dreverse\0\0test", server = "\0RES\0\0\0\8\0\0\0\7H:lap:1" },
  example { client = "version\r\n", server = "OK 1.1.20\n" },
  example { client = "status\n", server = "reverse\t0\t0\t2\n.\n" },
  example { client = "workers\n", server = "30 192.0.2.1 - : reverse\n.\n" },
  example { server = "ERR UNKNOWN_COMMAND Unknown+server+command\r\n" },
  counterexample { server = "ERR unknown command\r\n" },
  counterexample { client = "version\r\n", server = "VERSION 1.6.18\r\n" },
  counterexample { client = "\0REQ\0\0\1\7\0\0\0\4test" },
}
