-- Binary packets: zero and REQ or RES, a type (1 to 42), a length; administrators type plain words (Gearman
-- PROTOCOL).
protocol "gearman" {
  title     = "Gearman job server",
  reference = "Gearman PROTOCOL document, binary packets",
  category  = "messaging",
  ports     = { "4730/tcp" },
  alternates = { "7003/tcp" },

  tcp { client = bytes "00 52 45 51 00 00 00 [01-2A]", server = bytes "00 52 45 53 00 00 00 [01-2A]",
    alone = { "client", "server" } },

  example { client = "\0REQ\0\0\0\7\0\0\0\x0Dreverse\0\0test", server = "\0RES\0\0\0\8\0\0\0\7H:lap:1" },
  counterexample { client = "\0REQ\0\0\1\7\0\0\0\4test" },
}
