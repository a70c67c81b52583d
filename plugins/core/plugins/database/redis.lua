-- Requests are arrays of bulk strings: *count CR LF $length CR LF ...; replies begin with a type byte (RESP 2
-- and 3).
local array = matches [[^\*\d{1,6}\r\n\$\d{1,9}\r\n]]
local reply_type = any {
  starts "+OK\r\n", starts "+PONG\r\n", starts "+QUEUED\r\n", matches [[^-[A-Z]{2,12} [^\r\n]+\r\n]],
  matches [[^:-?\d{1,20}\r\n]], matches [[^\$(?:-1|\d{1,9})\r\n]], matches [[^\*(?:-1|\d{1,9})\r\n]],
  matches [=[^%\d{1,6}\r\n[$+*:]]=], matches [[^_\r\n]], matches [[^\+[A-Z]{2,20}[^\r\n]{0,60}\r\n]],
  -- Of RESP 3: set, push, attributes, double, true and false, big number, verbatim text, error with a length.
  matches [=[^[~>|]\d{1,6}\r\n[$+:*%,#_~(=]]=], matches [[^,(?:-?[\d.e+-]{1,40}|-?inf|nan)\r\n]],
  matches [[^#[tf]\r\n]],
  matches [[^\(-?\d{1,60}\r\n]], matches [[^=\d{1,9}\r\n(?:txt|mkd):]], matches [=[^!\d{1,6}\r\n[A-Z]]=],
}
-- Commands typed as plain words, as the protocol also allows; PING and ECHO exist elsewhere too, so the reply
-- must fit.
local inline = command { "PING", "ECHO", "SET", "GET", "INFO", "CONFIG", "CLIENT", "SELECT", "KEYS", "DEL",
  "INCR",
  "HELLO", "SYNC", "PSYNC", "REPLCONF", "COMMAND", "EXISTS", "MONITOR", "DBSIZE", "QUIT", "TIME" }

-- A password comes first and its answer tells nothing: what the server is stands in an answer to INFO or
-- HELLO soon after.  This always holds, though not before that, two other answers, 1 KB or the end.
local auth = bytes "2A [32-33] 0D 0A 24 34 0D 0A [41,61] [55,75] [54,74] [48,68] 0D 0A"     -- *2 $4 AUTH
local told = any { starts "-", matches [[_version:[^\r\n]+\r\n]], contains "\r\nversion\r\n$",
  matches [[^\+OK\r\n(?:[+:-][^\r\n]*\r\n){2}]],
  matches [=[^\+OK\r\n(?:[+:-][^\r\n]*\r\n)?(?:\*|\$-1|\$\d+\r\n[^#])]=],
  none { contains "\xFF\xFF\xFF\xFF\xFF" } }

local known = {
  redis = { product = "Redis", vendor = "Redis" }, valkey = { product = "Valkey", vendor = "Valkey" },
  dragonfly = { product = "Dragonfly", vendor = "DragonflyDB" },
}

protocol "redis" {
  title     = "Redis",
  reference = "Redis serialization protocol (RESP) specification",
  category  = "database",
  ports     = { "6379/tcp" },
  alternates = { "6380/tcp", "16379/tcp", "26379/tcp" },

  tcp { client = all { array, none { auth } }, server = reply_type, alone = "client" },
  tcp { client = auth, server = all { reply_type, told }, alone = "client" },
  -- One word and Redis's own answer to it: PONG, or one of its error messages.
  tcp { client = all { any { inline, command { "AUTH" } }, none { auth } },
    server = all { bytes "[24,2A,2B,2D]", any {
    starts "+PONG\r\n", line "+PONG", starts "-NOAUTH ", starts "-WRONGPASS ", starts "-ERR unknown command",
    starts "-DENIED Redis", starts "$-1\r\n", starts "+FULLRESYNC ", starts "+CONTINUE",
    starts "-NOMASTERLINK ", starts "-ERR wrong number of arguments for '",
    matches [[^\+OK\r\n(?:[+-](?:OK|ERR|PONG)|$)]], matches [=[^\*\d+\r\n[_$+:*]]=],
    matches [[^\$\d+\r\n# (?:Server|Replication|Clients|Memory)\r\n]], matches [[^\$\d{2,12}\r\nREDIS\d{4}]],
  } } },
  -- Its errors in its own words, whatever it was asked.
  tcp { server = all { bytes "2D [44,45,4E,57]", any {
    starts "-NOAUTH Authentication required.", starts "-WRONGPASS invalid username-password pair",
    starts "-DENIED Redis is running in protected mode",
    matches [[^-ERR unknown command [`'][^\r\n]{0,200}['`], with args beginning with: ]] } }, alone = "server" },
  -- A replica is sent the commands that changed the data, each an array.
  tcp { client = any { array, inline }, server = array },

  fields {
    server = {
      -- INFO, whole or its first section; HELLO (RESP 3) answers with names and values.  Valkey and Dragonfly
      -- also say which Redis they are like.
      [[(?m)^(?<software>valkey|dragonfly)_version:(?:df-)?v?(?<version>\d+\.\d[\w.-]*)]],
      [[(?m)^(?<software>redis)_version:(?<version>\d+\.\d[\w.-]*)]],
      [[(?m)^os:(?<os>[^\r\n]+)]],
      [[(?m)^(?:redis_mode|server_mode):(?<info>\w+)]],
      [[\$6\r\nserver\r\n\$\d+\r\n(?<software>[a-z]+)\r\n]],
      [[\$7\r\nversion\r\n\$\d+\r\n(?<version>\d+\.\d[\w.-]*)]],
      -- The first words of an error: what follows names commands, or explains at length.
      [=[^(?<banner>-(?:NOAUTH|DENIED|WRONGPASS|ERR)(?: [A-Za-z]+){1,12}?\.?)(?: because|\r| ?[^A-Za-z .])]=],
    },
    describe = {
      software = function(text) return known[text] end,
      banner = function(text)
        if string.sub(text, 1, 14) == "-DENIED Redis " then return known.redis end
      end,
    },
  },

  probe { send = "*2\r\n$4\r\nINFO\r\n$6\r\nserver\r\n" },

  example { client = "*1\r\n$4\r\nPING\r\n", server = "+PONG\r\n" },
  example { client = "PING\r\n", server = "+PONG\r\n" },
  example { client = "PSYNC ? -1\r\n",
    server = "+FULLRESYNC 8371b4fb1155b71f4a04d3e1bc3e18c4a990aeeb 0\r\n" },
  example { client = "*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n",
    server = "%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$5\r\n7.2.4\r\n\z
      $5\r\nproto\r\n:3\r\n$2\r\nid\r\n:5\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n\z
      $4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n" },
  example { client = "*2\r\n$8\r\nSMEMBERS\r\n$1\r\ns\r\n", server = "~1\r\n$1\r\na\r\n" },
  example { client = "*2\r\n$4\r\nINFO\r\n$6\r\nserver\r\n",
    server = "$86\r\n# Server\r\nredis_version:7.2.4\r\nredis_mode:standalone\r\n\z
      os:Linux 6.1.0-17-amd64 x86_64\r\n\r\n" },
  example { client = "INFO server\r\n",
    server = "$97\r\n# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\n\z
      valkey_version:8.0.1\r\nserver_mode:standalone\r\n\r\n" },
  example { client = "*1\r\n$4\r\nPING\r\n", server = "-NOAUTH Authentication required.\r\n" },
  example { client = "*2\r\n$4\r\nAUTH\r\n$3\r\nsec\r\n*1\r\n$4\r\nINFO\r\n",
    server = "+OK\r\n$86\r\n# Server\r\nredis_version:7.2.4\r\nredis_mode:standalone\r\n\z
      os:Linux 6.1.0-17-amd64 x86_64\r\n\r\n" },
  -- Nothing but the password.
  example { client = "*2\r\n$4\r\nauth\r\n$3\r\nsec\r\n", server = "+OK\r\n" },
  -- The greeting of a server that is open to its own machine only.
  example { client = "*1\r\n$4\r\nPING\r\n",
    server = "-DENIED Redis is running in protected mode because protected mode is enabled.\r\n" },
  example { server = "-NOAUTH Authentication required.\r\n" },
  example { server = "-ERR unknown command 'HELP', with args beginning with: \r\n" },
  counterexample { server = "-ERR unknown command\r\n" },
  example { client = "*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK\r\n$1\r\n0\r\n", server = "*1\r\n$4\r\nPING\r\n" },
  counterexample { client = "USER a\r\n", server = "+OK POP3 ready\r\n+OK\r\n" },
  counterexample { client = "AUTH PLAIN\r\n", server = "+OK POP3 ready\r\n+OK\r\n" },
  example { client = "get a\r\n", server = "$-1\r\n" },
  -- Memcached and NATS have words in common with it, but not the answers.
  counterexample { client = "get a\r\n", server = "END\r\n" },
  counterexample { client = "PING\r\n", server = "PONG\r\n" },
  counterexample { client = "GET / HTTP/1.1\r\n\r\n", server = "HTTP/1.1 200 OK\r\n\r\n" },
}
