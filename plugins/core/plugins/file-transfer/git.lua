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

  -- The server's side alone: its version, its first ref with what it can, or that there is nothing.
  tcp { server = any { matches [[^000eversion [12]\n]],
    matches [[^00[0-9a-f]{2}ERR access denied or repository not exported: /]],
    matches([[^0[0-9a-f]{3}(?:[0-9a-f]{40}){1,2} (?:HEAD|refs/[^\x00 \n]{1,200}|capabilities\^\{\})]]
      .. [[\x00[^\n]{0,600} agent=git/]]) }, alone = "server" },

  fields {
    server = [[agent=(?<banner>(?<product>git)/(?<version>\d[\w.+-]*))]],
    client = [[\x00host=(?<hostname>[^\x00:]+)]],
  },

  probe { send = "0029git-upload-pack /offport.invalid\0host=x\0" },

  example { client = "002egit-upload-pack /a.git\0host=example.org\0", server = "00a1" },
  counterexample { client = "002egit-upload-pack /a.git\0host=example.org\0",
      server = "HTTP/1.1 400 Bad Request\r\n" },
  example { server = "000eversion 2\n0015agent=git/2.43.0\n" },
  example { server = "00a1" .. string.rep("0a", 20)
    .. " HEAD\0multi_ack side-band-64k symref=HEAD:refs/heads/main agent=git/2.43.0\n" },
  example { server = "0031ERR access denied or repository not exported: /a" },
  counterexample { server = "000eversion 9\n" },
  counterexample { server = "0031ERR no such thing: /a" },
  counterexample { client = "git-upload-pack /a.git" },
}
