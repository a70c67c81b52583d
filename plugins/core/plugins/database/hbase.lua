-- "HBas", version 0, a form of authentication (50 simple, 51 Kerberos, 52 token); then messages with lengths
-- (HBase reference guide, RPC: connection preamble).
protocol "hbase" {
  title     = "Apache HBase RPC",
  reference = "Apache HBase reference guide, appendix: 0.95 RPC specification",
  category  = "database",
  ports     = { "16000/tcp", "16020/tcp" },
  alternates = { "60000/tcp", "60020/tcp", "16030/tcp" },

  tcp { client = bytes "48 42 61 73 00 [50-52]", alone = "client" },

  fields { client = [[(?<info>(?:Client|Master|Admin|RegionServerStatus)Service)]] },

  example { client = hex "48 42 61 73 00 50 00 00 00 2A 0A 06" },
  counterexample { client = "HBase shell\n" },
}
