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
  -- Command 1 of set 1 asks for the version.
  example { client = "JDWP-Handshake" .. hex "00 00 00 0B 00 00 00 01 00 01 01",
    server = "JDWP-Handshake" .. hex "00 00 00 DA 00 00 00 01 80 00 00 00 00 00 9C"
      .. "Java Debug Wire Protocol (Reference Implementation) version 11.0\n"
      .. "JVM Debug Interface version 11.0\n"
      .. "JVM version 11.0.22 (OpenJDK 64-Bit Server VM, mixed mode)"
      .. hex "00 00 00 0B 00 00 00 00 00 00 00 07" .. "11.0.22" .. hex "00 00 00 18"
      .. "OpenJDK 64-Bit Server VM" },
  counterexample { client = "JDWP hello\r\n", server = "500 what\r\n" },
}
