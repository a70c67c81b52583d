-- "HBas", version 0, a form of authentication (50 simple, 51 Kerberos, 52 token); then messages with lengths
-- (HBase reference guide, RPC: connection preamble).
protocol "hbase" {
  title     = "Apache HBase RPC",
  reference = "Apache HBase reference guide, appendix: 0.95 RPC specification",
  category  = "database",
  ports     = { "16000/tcp", "16020/tcp" },
  alternates = { "60000/tcp", "60020/tcp", "16030/tcp" },

  -- The answers have lengths too, and SASL's a status of four bytes before.
  tcp { client = bytes "48 42 61 73 00 [50-52]", server = bytes "00 [00-0F] ?? ??", alone = "client" },

  fields { client = [[(?<info>(?:Client|Master|Admin|RegionServerStatus)Service)]] },

  -- The header that follows: the user "me", the service.
  example { client = hex "48 42 61 73 00 50 00 00 00 15 0A 04 0A 02 6D 65 12 0D"
    .. "ClientService" },
  example { client = hex "48 42 61 73 00 51 00 00 00 02 60 00", server = hex "00 00 00 00 00 00 00 00" },
  counterexample { client = hex "48 42 61 73 00 50 00 00 00 02 0A 00", server = "SSH-2.0-a\r\n" },
  counterexample { client = "HBase shell\n" },
}
