-- Requests are arrays of bulk strings: *count CR LF $length CR LF ...; replies begin with a type byte (RESP 2 and 3).
local array = matches [[^\*\d{1,6}\r\n\$\d{1,9}\r\n]]
local reply_type = any {
  starts "+OK\r\n", starts "+PONG\r\n", starts "+QUEUED\r\n", matches [[^-[A-Z]{2,12} [^\r\n]+\r\n]],
  matches [[^:-?\d{1,20}\r\n]], matches [[^\$(?:-1|\d{1,9})\r\n]], matches [[^\*(?:-1|\d{1,9})\r\n]],
  matches [=[^%\d{1,6}\r\n[$+*:]]=], matches [[^_\r\n]], matches [[^\+[A-Z]{2,20}[^\r\n]{0,60}\r\n]],
}
-- Commands typed as plain words, as the protocol also allows; PING and ECHO exist elsewhere too, so the reply must fit.
local inline = command { "PING", "ECHO", "SET", "GET", "INFO", "CONFIG", "CLIENT", "SELECT", "KEYS", "DEL", "INCR",
  "HELLO" }

protocol "redis" {
  title     = "Redis",
  reference = "Redis serialization protocol (RESP) specification",
  category  = "database",
  ports     = { "6379/tcp" },
  alternates = { "6380/tcp", "16379/tcp", "26379/tcp" },

  tcp { client = array, server = reply_type, alone = "client" },
  -- One word and Redis's own answer to it: PONG, or one of its error messages.
  tcp { client = any { inline, command { "AUTH" } }, server = any {
    starts "+PONG\r\n", line "+PONG", starts "-NOAUTH ", starts "-WRONGPASS ", starts "-ERR unknown command",
      starts "-DENIED Redis",
    matches [[^\+OK\r\n(?:[+-](?:OK|ERR|PONG)|$)]], matches [=[^\*\d+\r\n[_$+:*]]=],
      matches [[^\$\d+\r\n# Server\r\nredis_version]],
  } },

  fields { server = [[redis_version[:\r\n$0-9]*?(?<version>\d+\.\d[\w.]*)]] },

  example { client = "*1\r\n$4\r\nPING\r\n", server = "+PONG\r\n" },
  example { client = "PING\r\n", server = "+PONG\r\n" },
  counterexample { client = "USER a\r\n", server = "+OK POP3 ready\r\n+OK\r\n" },
  counterexample { client = "AUTH PLAIN\r\n", server = "+OK POP3 ready\r\n+OK\r\n" },
  counterexample { client = "GET / HTTP/1.1\r\n\r\n", server = "HTTP/1.1 200 OK\r\n\r\n" },
}
