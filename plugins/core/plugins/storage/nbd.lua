-- The server begins with "NBDMAGIC" and either "IHAVEOPT" or the magic of the old handshake (NBD protocol,
-- doc/proto.md).
protocol "nbd" {
  title     = "Network Block Device",
  reference = "NBD protocol, doc/proto.md",
  category  = "storage",
  ports     = { "10809/tcp" },

  tcp { server = starts "NBDMAGIC", alone = "server" },
  -- The client's flags, then its options.
  -- Joined behind the greeting: answers to options have a magic of their own.
  tcp { client = bytes "00 00 00 [00-03] 49 48 41 56 45 4F 50 54",
    server = any { starts "NBDMAGIC", bytes "00 03 E8 89 04 55 65 A9" }, alone = "client" },
  -- But what answers option 1 is the size, in eight bytes, and flags of two.
  tcp { client = bytes "00 00 00 [00-03] 49 48 41 56 45 4F 50 54 00 00 00 01",
    server = bytes "00 00 ?? ?? ?? ?? ?? ?? [00-1F] ??" },

  -- The name of the export: option 1 is nothing else, 6 and 7 have its length before it.
  fields {
    client = [[(?s)^....IHAVEOPT\x00\x00\x00(?:\x01.{4}|[\x06\x07].{8})(?<info>[\x21-\x7e]{1,64})]],
  },

  example { client = hex "00 00 00 03 49 48 41 56 45 4F 50 54 00 00 00 03 00 00 00 00",
    server = "NBDMAGICIHAVEOPT\0\3" },
  example { server = "NBDMAGICIHAVEOPT\0\3" },
  example { client = hex "00 00 00 01 49 48 41 56 45 4F 50 54 00 00 00 01 00 00 00 05" .. "disk1" },
  example { client = hex "00 00 00 03 49 48 41 56 45 4F 50 54 00 00 00 07 \z
    00 00 00 0B 00 00 00 05" .. "disk1\0\0" },
  example { client = hex "00 00 00 03 49 48 41 56 45 4F 50 54 00 00 00 03 00 00 00 00",
    server = hex "00 03 E8 89 04 55 65 A9 00 00 00 03 00 00 00 01 00 00 00 00" },
  counterexample { client = hex "00 00 00 03 49 48 41 56 45 4F 50 54 00 00 00 03 00 00 00 00",
    server = "220 ftp.example.org\r\n" },
  example { client = hex "00 00 00 03 49 48 41 56 45 4F 50 54 00 00 00 01 00 00 00 05" .. "disk1",
    server = hex "00 00 00 00 40 00 00 00 01 ED" },
  counterexample { client = hex "00 00 00 03 49 48 41 56 45 4F 50 54 00 00 00 07 00 00 00 05" .. "disk1",
    server = hex "00 00 00 00 40 00 00 00 01 ED" },
  counterexample { server = "NBDHELLO" },
}
