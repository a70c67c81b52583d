-- Lines of words; each command has an answer of its own in capitals (beanstalkd doc/protocol.txt).
local ask = any {
  all { starts "put ", matches [[^put \d+ \d+ \d+ \d+\r\n]] },
  all { any { starts "use ", starts "watch ", starts "ignore " },
        matches [[^[a-z]+ [A-Za-z0-9+/;.$_()-]{1,200}\r\n]] },
  starts "reserve\r\n", starts "reserve-with-timeout ", starts "list-tubes\r\n", starts "list-tube-used\r\n",
  starts "list-tubes-watched\r\n", starts "stats\r\n", starts "stats-tube ", starts "stats-job ",
  starts "peek-ready\r\n", starts "peek-delayed\r\n", starts "peek-buried\r\n", starts "kick ",
}
local answer = any {
  all { any { starts "INSERTED ", starts "BURIED ", starts "WATCHING ", starts "KICKED " },
        matches [[^[A-Z]+ \d{1,20}\r\n]] },
  all { any { starts "RESERVED ", starts "FOUND " }, matches [[^[A-Z]+ \d{1,20} \d{1,9}\r\n]] },
  all { starts "OK ", matches [[^OK \d{1,9}\r\n---\n]] },
  all { starts "USING ", matches [[^USING [^ \r\n]{1,200}\r\n]] },
  starts "TIMED_OUT\r\n", starts "DEADLINE_SOON\r\n", starts "NOT_FOUND\r\n", starts "NOT_IGNORED\r\n",
  starts "JOB_TOO_BIG\r\n", starts "UNKNOWN_COMMAND\r\n",
}

protocol "beanstalkd" {
  title     = "Beanstalkd",
  reference = "beanstalkd doc/protocol.txt",
  category  = "messaging",
  also      = { "beanstalk" },
  ports     = { "11300/tcp" },

  tcp { client = ask, server = answer },
  -- No other server says so of a word it does not know; nor counts so.
  tcp { server = any { starts "UNKNOWN_COMMAND\r\n", matches [[^OK \d{1,9}\r\n---\ncurrent-jobs-urgent: \d]] },
    alone = "server" },

  fields { server = { [[^OK \d+\r\n---\n[^$]*?\nversion: "?(?<version>\d[\w.+-]*)]],
      [[\nhostname: "?(?<hostname>[\w.-]+)]] } },

  probe { send = "stats\r\n" },

  example { client = "put 0 0 60 5\r\nhello\r\n", server = "INSERTED 1\r\n" },
  -- Newer ones put the texts in quotes.
  example { client = "stats\r\n",
    server = "OK 69\r\n---\ncurrent-jobs-urgent: 0\nversion: 1.10\n" ..
      "hostname: queue.example.org\n\r\n" },
  example { client = "stats\r\n", server = "OK 103\r\n---\ncurrent-jobs-urgent: 0\npid: 1\n" ..
      'version: "1.13"\nuptime: 60\nhostname: "queue.example.org"\nos: "Linux"\n\r\n' },
  example { server = "UNKNOWN_COMMAND\r\n" },
  example { server = "OK 69\r\n---\ncurrent-jobs-urgent: 0\nversion: 1.10\n\r\n" },
  counterexample { server = "UNKNOWN_COMMAND GET\r\n" },
  counterexample { client = "stats\r\n", server = "STAT pid 1\r\n" },
  counterexample { client = "use\r\n", server = "ERROR\r\n" },
}
