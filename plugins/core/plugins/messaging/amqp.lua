-- The client opens with "AMQP" and four bytes of version; the server answers with its own, or with a frame: method, channel 0,
-- ending in CE (AMQP 0-9-1 section 4.2.2, AMQP 1.0 part 2.2).
protocol "amqp" {
  title     = "Advanced Message Queuing Protocol",
  reference = "AMQP 0-9-1 section 4.2.2, AMQP 1.0 part 2.2",
  category  = "messaging",
  ports     = { "5672/tcp" },
  alternates = { "5673/tcp" },

  tcp { client = bytes "41 4D 51 50 0? 0? 0? 0?", server = any { bytes "01 00 00 00 ?? ?? ?? 00 0A 00 0A",
    bytes "41 4D 51 50" }, alone = "client" },
  -- Connection.Start: class 10, method 10, version 0.9, then the server's properties.
  tcp { server = bytes "01 00 00 00 ?? ?? ?? 00 0A 00 0A 00 09", alone = "server" },

  fields { server = [[(?s)product[S\x00-\x20]{1,5}(?<product>[A-Za-z][\w ]+?)\x07version[S\x00]{4}.(?<version>\d[\w.]*)]] },

  example { client = "AMQP\0\0\9\1", server = hex "01 00 00 00 00 01 A8 00 0A 00 0A 00 09" },
  counterexample { client = "AMQP hello" },
}
