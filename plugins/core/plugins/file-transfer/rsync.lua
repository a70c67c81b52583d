-- Daemon and client both open with "@RSYNCD: " and a version (rsync's own documentation of its daemon
-- protocol).
protocol "rsync" {
  title     = "rsync daemon",
  reference = "rsync source, csprotocol.txt",
  category  = "file-transfer",
  ports     = { "873/tcp" },
  alternates = { "8730/tcp" },

  tcp { client = starts "@RSYNCD: ", server = starts "@RSYNCD: ", alone = { "client", "server" } },
  tcp { server = starts "@RSYNCD: " },

  fields { server = [[^(?<banner>@RSYNCD: (?<protocol_version>\d+(?:\.\d+)?))]] },

  probe { after = "server", send = "@RSYNCD: 31.0\n" },

  example { client = "@RSYNCD: 31.0\n", server = "@RSYNCD: 31.0\n" },
  -- Whoever asks for something else is told so, after the greeting.
  example { client = "GET / HTTP/1.0\r\n\r\n",
    server = "@RSYNCD: 31.0 sha512 sha256 sha1 md5 md4\n@ERROR: protocol startup error\n" },
  counterexample { server = "RSYNCD\n" },
}
