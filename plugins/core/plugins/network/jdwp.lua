-- Whoever connects says JDWP-Handshake, and the other side repeats it (JDWP specification).  A debugger may
-- run any code.
protocol "jdwp" {
  title     = "Java Debug Wire Protocol",
  reference = "Java Debug Wire Protocol specification, handshake",
  category  = "network",
  also      = { "java-jdwp" },
  -- There is no registered port; 5005 and 8000 are what is written everywhere.  8000 is more often
  -- others'.
  ports     = { "5005/tcp" },
  shares    = { "8000/tcp" },
  alternates = { "8787/tcp", "9999/tcp" },

  tcp { either = starts "JDWP-Handshake", alone = { "client", "server" } },

  fields { server = [[(?s)(?<info>Java[( ][\x20-\x7e]{4,60})]] },

  example { client = "JDWP-Handshake", server = "JDWP-Handshake" },
  counterexample { client = "JDWP hello\r\n", server = "500 what\r\n" },
}
