-- Frames: version (3 to 5, top bit set in answers), flags, stream, operation, length.  A client opens with
-- OPTIONS (5) or STARTUP (1); the server answers SUPPORTED (6), READY (2), AUTHENTICATE (3) or ERROR (0) (CQL
-- binary protocol v4, section 2).
protocol "cassandra" {
  title     = "Apache Cassandra (CQL)",
  reference = "CQL binary protocol v4, section 2",
  category  = "database",
  also      = { "cassandra-native" },
  ports     = { "9042/tcp" },
  alternates = { "9142/tcp" },

  tcp { client = any { bytes "03 0? ?? ?? 05 00 00 00 00", bytes "04 0? ?? ?? 05 00 00 00 00",
    bytes "05 0? ?? ?? 05 00 00 00 00", bytes "42 0? ?? ?? 05 00 00 00 00",
                       bytes "03 0? ?? ?? 01 00 00 00 ??", bytes "04 0? ?? ?? 01 00 00 00 ??",
                         bytes "05 0? ?? ?? 01 00 00 00 ??" },
        server = any { bytes "8? 0? ?? ?? 06 00 00", bytes "8? 0? ?? ?? 02 00 00",
          bytes "8? 0? ?? ?? 03 00 00",
          bytes "8? 0? ?? ?? 00 00 00" } },

  -- Versions 1 and 2 have a stream id of one byte.
  tcp { client = any { bytes "01 0? ?? 05 00 00 00 00", bytes "02 0? ?? 05 00 00 00 00",
    bytes "01 0? ?? 01 00 00 00 ?? 00",
      bytes "02 0? ?? 01 00 00 00 ?? 00" },
    server = any { bytes "81 0? ?? 06 00 00", bytes "82 0? ?? 06 00 00", bytes "81 0? ?? 02 00 00 00 00",
      bytes "82 0? ?? 02 00 00 00 00", bytes "81 0? ?? 03 00 00", bytes "82 0? ?? 03 00 00" } },

  fields {
    server = {
      -- The newest version of the language that the server speaks, as it lists them.
      [[(?s)\x00\x0bCQL_VERSION\x00.(?:\x00.)?(?<info>\d[\d.]+)]],
      function(m)
        local v = m.server and m.server:u8(0)
        return v and { protocol_version = tostring(v & 0x3F) }
      end,
    },
    client = [[(?s)\x00\x0bDRIVER_NAME\x00.(?<software>[\x20-\x7e]+?)(?=\x00|$)]],
  },

  -- One side: the version of CQL is asked for by name, and offered by name.
  tcp { client = all { bytes "[03-05] 0? ?? ?? [01,05] 00 00", contains "\0\x0BCQL_VERSION\0" },
    server = bytes "[83-85] 0? ?? ?? 0?", alone = "client" },
  tcp { server = all { bytes "[83-85] 0? ?? ?? 06 00 00", contains "\0\x0BCQL_VERSION\0" },
    alone = "server" },

  -- OPTIONS of protocol 4.
  probe { send = hex "04 00 00 01 05 00 00 00 00" },

  example { client = hex "04 00 00 00 01 00 00 00 3B 00 02 00 0B" .. "CQL_VERSION\0\0053.4.5"
    .. "\0\x0BDRIVER_NAME\0\x16DataStax Python Driver" },
  example { server = hex "84 00 00 00 06 00 00 00 18 00 01 00 0B" .. "CQL_VERSION\0\1\0\0053.0.0" },
  counterexample { client = hex "04 00 00 00 05 00 00 00 00" },
  example { client = hex "02 00 00 05 00 00 00 00", server = hex "82 00 00 06 00 00 00 34 00 02" },
  example { client = hex "04 00 00 00 05 00 00 00 00", server = hex "84 00 00 00 06 00 00 00 34 00 02" },
  counterexample { client = hex "04 00 00 00 05 00 00 00 00", server = hex "04 00 00 00 06 00 00 00 34" },
}
