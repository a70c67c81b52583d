-- The client opens with UBCT, a version and a blank, then a command; mostly in TLS, without it where the
-- certificates are turned off (Unbound source, daemon/remote.c; unbound.conf(5), remote-control).
protocol "unbound-control" {
  title     = "Unbound control (remote)",
  reference = "Unbound source, daemon/remote.c; unbound.conf(5), remote-control",
  category  = "network",
  ports     = { "8953/tcp" },

  -- The answer is text of any kind, but no other server's greeting.
  tcp { client = bytes "55 42 43 54 [31-39] 20",
    server = matches [=[^(?!HTTP/|SSH-|\d{3}[ -]|[+*-])[ -~]]=], alone = "client" },

  fields {
    server = [[^version: (?<version>\d[\w.]*)]],
    describe = { version = function() return { product = "Unbound", vendor = "NLnet Labs" } end },
  },

  example { client = "UBCT1 status\n", server = "version: 1.17.1\nverbosity: 1\n" },
  example { client = "UBCT1 reload\n" },
  counterexample { client = "UBCT1 status\n", server = "220 ftp.example.org\r\n" },
  counterexample { client = "UBCTS status\n", server = "error\n" },
}
