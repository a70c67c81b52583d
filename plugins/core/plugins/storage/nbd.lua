-- The server begins with "NBDMAGIC" and either "IHAVEOPT" or the magic of the old handshake (NBD protocol,
-- doc/proto.md).
protocol "nbd" {
  title     = "Network Block Device",
  reference = "NBD protocol, doc/proto.md",
  category  = "storage",
  ports     = { "10809/tcp" },

  tcp { server = starts "NBDMAGIC", alone = "server" },
  -- The client's flags, then its options.
  tcp { client = bytes "00 00 00 [00-03] 49 48 41 56 45 4F 50 54", alone = "client" },

  fields { client = [[^....IHAVEOPT\x00\x00\x00[\x01\x06\x07].{8}(?<info>[\x21-\x7e]{1,64})]] },

  example { client = hex "00 00 00 03 49 48 41 56 45 4F 50 54 00 00 00 03 00 00 00 00",
    server = "NBDMAGICIHAVEOPT\0\3" },
  example { client = hex "00 00 00 01 49 48 41 56 45 4F 50 54 00 00 00 01" },
  counterexample { server = "NBDHELLO" },
}
