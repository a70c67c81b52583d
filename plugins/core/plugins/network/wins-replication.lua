-- A length, 00007800, the other's handle, a message (0 starts, 1 answers, 2 stops, 3 replicates); a start has
-- no handle yet and says version 2.5 (MS-WINSRA sections 2.2.1 and 2.2.2).
protocol "wins-replication" {
  title     = "WINS replication",
  reference = "MS-WINSRA sections 2.2.1 to 2.2.3",
  category  = "network",
  ports     = { "42/tcp" },

  tcp { client = bytes "00 00 00 ?? 00 00 78 00 00 00 00 00 00 00 00 00",
        server = bytes "00 00 00 ?? 00 00 78 00 ?? ?? ?? ?? 00 00 00 [01-03]", alone = { "client",
          "server" } },

  example { client = hex "00 00 00 29 00 00 78 00 00 00 00 00 00 00 00 00 00 00 00 01 00 02 00 05",
    server = hex "00 00 00 29 00 00 78 00 00 00 00 01 00 00 00 01 00 00 00 02 00 02 00 05" },
  counterexample { client = hex "00 00 00 29 00 00 78 01 00 00 00 00 00 00 00 00 00 00 00 01 00 02 00 05" },
}
