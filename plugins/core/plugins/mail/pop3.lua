-- The server greets with +OK and some text; commands are words (RFC 1939 sections 3 and 4, RFC 2449, RFC 2595).
protocol "pop3" {
  title     = "Post Office Protocol 3",
  reference = "RFC 1939 sections 3 and 4",
  category  = "mail",
  ports     = { "110/tcp" },
  alternates = { "1110/tcp", "995/tcp" },

  -- +OK alone is also Redis; its commands are others.
  tcp { client = command { "USER", "CAPA", "APOP", "STLS", "STAT", "LIST", "UIDL", "RETR", "PASS", "TOP", "XTND" },
        server = any { starts "+OK", starts "-ERR" } },
  tcp { client = command { "AUTH", "QUIT", "NOOP" }, server = matches [[^\+OK [^\r\n]{2}]] },
  -- A greeting that says POP, or ends in the timestamp that APOP needs.
  tcp { server = matches [[^\+OK [^\r\n]{0,200}(?:POP|<[^@>\r\n ]+@[^>\r\n ]+>)]], alone = "server" },
  tcp { client = all { starts_nocase "USER ", command { "PASS" }, command { "STAT", "UIDL", "LIST", "RETR" },
    none { command { "SYST", "TYPE", "PASV", "PORT" } } },
        server = starts "+OK", alone = "client" },

  fields {
    server = {
      [[^(?<banner>\+OK[^\r\n]*)]],
      [[^\+OK [^\r\n]*?(?<product>[A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+)?)(?: \d{4})? POP]],
      [[^\+OK (?<product>(?!POP|Hello|Welcome|Server|Ready)[A-Z][A-Za-z]+) (?:ready|at|\()]],
      [[(?i)^\+OK [^\r\n]*?\bversion ?v?(?<version>\d[\w.]*)]],
      [[^\+OK [^\r\n<]*? v(?<version>\d+\.\d[\w.]*)]],
      [[^\+OK (?<hostname>[a-z0-9-]+(?:\.[a-z0-9-]+)+)\b]],
    },
  },

  example { client = "CAPA\r\n", server = "+OK ready\r\n+OK\r\nUSER\r\n.\r\n" },
  example { client = "USER a\r\nPASS b\r\n", server = "+OK\r\n+OK\r\n" },
  example { server = "+OK POP3 server ready <1.2@example.org>\r\n" },
  counterexample { client = "PING\r\n", server = "+PONG\r\n" },
  counterexample { client = "AUTH secret\r\n", server = "+OK\r\n" },
  counterexample { client = "USER a\r\n", server = "220 FTP ready\r\n331 ok\r\n" },
}
