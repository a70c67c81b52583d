-- The client opens with UBCT, a version and a blank, then a command; mostly in TLS, without it where the
-- certificates are turned off (Unbound source, daemon/remote.c; unbound.conf(5), remote-control).
protocol "unbound-control" {
  title     = "Unbound control (remote)",
  reference = "Unbound source, daemon/remote.c; unbound.conf(5), remote-control",
  category  = "network",
  ports     = { "8953/tcp" },

  tcp { client = bytes "55 42 43 54 [31-39] 20", alone = "client" },

  fields {
    server = [[^version: (?<version>\d[\w.]*)]],
    describe = { version = function() return { product = "Unbound", vendor = "NLnet Labs" } end },
  },

  example { client = "UBCT1 status\n", server = "version: 1.17.1\nverbosity: 1\n" },
  counterexample { client = "UBCTS status\n", server = "error\n" },
}
