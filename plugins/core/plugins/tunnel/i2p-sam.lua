-- The bridge by which programs use I2P: both begin with HELLO (I2P documentation, SAM V3).  I2P's own
-- transports look random.
protocol "i2p-sam" {
  title     = "I2P SAM bridge",
  reference = "I2P documentation: SAM V3 protocol",
  category  = "tunnel",
  ports     = { "7656/tcp" },

  tcp { client = starts "HELLO VERSION", server = starts "HELLO REPLY RESULT=", alone = { "client",
    "server" } },

  fields { server = [[^HELLO REPLY RESULT=OK VERSION=(?<protocol_version>[\d.]+)]] },

  example { client = "HELLO VERSION MIN=3.0 MAX=3.3\n", server = "HELLO REPLY RESULT=OK VERSION=3.3\n" },
  counterexample { client = "HELLO 3\r\n", server = "-NOAUTH HELLO must be called\r\n" },
}
