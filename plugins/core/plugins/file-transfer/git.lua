-- Packet lines: four hexadecimal digits of length, then "git-upload-pack" or "git-receive-pack", a path, a
-- host (git's pack protocol documentation).
protocol "git" {
  title     = "Git daemon",
  reference = "git documentation: gitprotocol-pack, git transport",
  category  = "file-transfer",
  ports     = { "9418/tcp" },

  -- The answer is packet lines too.
  tcp { server = matches [[^[0-9a-f]{4}]],
    client = any { at(4, starts "git-upload-pack /"), at(4, starts "git-receive-pack /"), at(4,
    starts "git-upload-archive /") }, alone = "client" },

  fields { client = [[\x00host=(?<hostname>[^\x00:]+)]] },

  probe { send = "0029git-upload-pack /offport.invalid\0host=x\0" },

  example { client = "002egit-upload-pack /a.git\0host=example.org\0", server = "00a1" },
  counterexample { client = "002egit-upload-pack /a.git\0host=example.org\0",
      server = "HTTP/1.1 400 Bad Request\r\n" },
  counterexample { client = "git-upload-pack /a.git" },
}
