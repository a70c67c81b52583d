-- A request begins with a line that names the version of the protocol, or with "hello"; answers likewise
-- (Bazaar developer documents, "Network protocol").
protocol "bzr" {
  title     = "Bazaar smart server (bzr)",
  reference = "Bazaar developer documentation, network-protocol",
  category  = "file-transfer",
  ports     = { "4155/tcp" },

  -- A server of version 1 answers with an error.
  tcp { client = any { starts "bzr message 3 (bzr 1.6)\n", starts "bzr request 2\n" },
    server = any { starts "bzr message ", starts "bzr response ", starts "error\1" }, alone = "client" },
  tcp { server = any { starts "bzr message 3 (bzr 1.6)\n", starts "bzr response 2\n" }, alone = "server" },
  tcp { client = starts "hello\n", server = matches [[^ok\x01[12]\n]] },

  example { client = "bzr message 3 (bzr 1.6)\n\0\0\0\2de", server = "bzr message 3 (bzr 1.6)\n\0\0\0\2de" },
  example { client = "bzr message 3 (bzr 1.6)\n\0\0\0\x1Cd16:Software version5:3.3.2e"
    .. "s\0\0\0\9l5:helloee" },
  example { server = "bzr response 2\nsuccess\nok\0012\n" },
  example { client = "hello\n", server = "ok\0012\n" },
  example { client = "bzr request 2\nhello\n", server = "error\1Generic bzr smart protocol error\n" },
  counterexample { client = "bzr message 3 (bzr 1.6)\n\0\0\0\2de", server = "550 what?\r\n" },
  counterexample { client = "hello\n", server = "ok\n" },
}
