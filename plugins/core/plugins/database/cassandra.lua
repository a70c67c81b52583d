-- Frames: version (3 to 5, top bit set in answers), flags, stream, operation, length.  A client opens with OPTIONS (5) or
-- STARTUP (1); the server answers SUPPORTED (6), READY (2), AUTHENTICATE (3) or ERROR (0) (CQL binary protocol v4, section 2).
protocol "cassandra" {
  title     = "Apache Cassandra (CQL)",
  reference = "CQL binary protocol v4, section 2",
  category  = "database",
  ports     = { "9042/tcp" },
  alternates = { "9142/tcp" },

  tcp { client = any { bytes "03 0? ?? ?? 05 00 00 00 00", bytes "04 0? ?? ?? 05 00 00 00 00",
    bytes "05 0? ?? ?? 05 00 00 00 00", bytes "42 0? ?? ?? 05 00 00 00 00",
                       bytes "03 0? ?? ?? 01 00 00 00 ??", bytes "04 0? ?? ?? 01 00 00 00 ??",
                         bytes "05 0? ?? ?? 01 00 00 00 ??" },
        server = any { bytes "8? 0? ?? ?? 06 00 00", bytes "8? 0? ?? ?? 02 00 00", bytes "8? 0? ?? ?? 03 00 00",
          bytes "8? 0? ?? ?? 00 00 00" } },

  example { client = hex "04 00 00 00 05 00 00 00 00", server = hex "84 00 00 00 06 00 00 00 34 00 02" },
  counterexample { client = hex "04 00 00 00 05 00 00 00 00", server = hex "04 00 00 00 06 00 00 00 34" },
}
