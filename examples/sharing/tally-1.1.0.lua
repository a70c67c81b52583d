-- Tally counts things: examples/first-plugin/tally.py is its server and client.  Since 1.1.0 its version is
-- told.
protocol "tally" {
  title     = "Tally",
  reference = "examples/first-plugin/tally.py",
  category  = "other",
  ports     = { "6117/tcp" },
  tcp {
    client = seq { starts "TLY\x01", counted(2, 0, 256) },
    server = seq { starts "TLY\x81", counted(2, 0, 256) },
    alone  = { "client", "server" },
  },
  fields { server = [[(?<product>tallyd)/(?<version>[\d.]+)]] },
  example {
    client = "TLY\x01\x00\x07till-17",
    server = "TLY\x81\x00\x10tallyd/1.4 stock",
  },
  counterexample { client = "TLY one\r\n", server = "TLY two\r\n" },
}
