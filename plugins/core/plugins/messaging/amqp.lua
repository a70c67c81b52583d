-- The client opens with "AMQP" and four bytes of version; the server answers with its own, or with a frame:
-- method, channel 0, ending in CE (AMQP 0-9-1 section 4.2.2, AMQP 1.0 part 2.2).
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
  -- Version 1.0 answers with the same eight bytes: plain, or with SASL (3) before it.
  tcp { server = any { bytes "41 4D 51 50 00 01 00 00", bytes "41 4D 51 50 03 01 00 00" }, alone = "server" },

  fields {
    server = {
      [[(?s)product[S\x00-\x20]{1,5}(?<product>[A-Za-z][\w ]+?)\x07version[S\x00]{4}.(?<version>\d[\w.]*)]],
      function(m)
        local v = m.client or m.server
        if not v:starts(0, "AMQP") or not v:u8(7) then return {} end
        -- 1.0 writes an id, then three numbers of its version; older ones 0 or 1, then theirs.
        local major, minor, last = v:u8(5), v:u8(6), v:u8(7)
        if major == 0 and last == 1 then return { protocol_version = string.format("0-%d-1", minor) } end
        return { protocol_version = string.format("%d.%d", major, minor) }
      end,
    },
  },

  example { client = "AMQP\0\0\9\1", server = hex "01 00 00 00 00 01 A8 00 0A 00 0A 00 09" },
  example { client = "AMQP\3\1\0\0", server = "AMQP\3\1\0\0" .. hex "00 00 00 30 02 01 00 00 00 53 40" },
  example { server = "AMQP\0\1\0\0" },
  counterexample { client = "AMQP hello" },
}
