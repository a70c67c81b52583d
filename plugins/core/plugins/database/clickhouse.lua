-- Both open with Hello: packet 0, then a name with its length before it, then versions.  Most
-- clients' names begin with the product's, as the server's does.  An answer of 2 is an exception,
-- with the word DB::Exception after its code.
protocol "clickhouse" {
  title     = "ClickHouse (native protocol)",
  reference = "ClickHouse documentation, native protocol: Hello",
  category  = "database",
  shares    = { "9000/tcp" },
  alternates = { "9009/tcp", "9010/tcp", "9440/tcp" },

  tcp { client = any { bytes "00 ?? 43 6C 69 63 6B 48 6F 75 73 65",
      bytes "00 ?? 63 6C 69 63 6B 68 6F 75 73 65" },
    server = any { bytes "00 0A 43 6C 69 63 6B 48 6F 75 73 65", bytes "02 ?? ?? 00 00 0D 44 42 3A 3A" },
    alone = { "client", "server" } },
  -- Only the server's Hello is needed, for clients call themselves as they like.
  tcp { server = bytes "00 0A 43 6C 69 63 6B 48 6F 75 73 65", alone = "server" },

  fields {
    server = function(m)
      local v = m.server
      local major, minor = v and v:starts(0, "\0\10ClickHouse") and v:u8(12), v and v:u8(13)
      if not major or not minor then return {} end
      return { product = "ClickHouse", version = string.format("%d.%d", major, minor) }
    end,
    client = [[^\x00[\x0a-\x7f](?<software>[Cc]lick[Hh]ouse[\x20-\x7e]*)]],
  },

  example { client = "\0\x11ClickHouse client\x18\3\xB2\xA9\3\0\7default\0",
    server = "\0\x0AClickHouse\x18\3\xB2\xA9\3\3UTC\1a" },
  -- Version 1.1, protocol 54213, no database, the user "me" without a password.
  example { client = "\0\x10Golang SQLDriver\1\1\xC5\xA7\3\0\2me\0",
    server = "\0\x0AClickHouse\x18\3\xB2\xA9\3\3UTC" },
  counterexample { client = "\0\x11click here now!!", server = "\0\x0AClick" },
}
