-- Frames of a number, a command, a length and data: the client opens with what it offers, the server answers
-- each number with "rsp" (RELP specification, librelp doc/relp.html).
protocol "relp" {
  title     = "Reliable Event Logging Protocol",
  reference = "RELP specification: librelp doc/relp.html",
  category  = "management",
  ports     = { "2514/tcp" },

  tcp { client = all { starts "1 open ", contains "relp_version=" }, server = starts "1 rsp ",
    alone = "client" },
  tcp { server = all { starts "1 rsp ", contains "relp_version=" }, alone = "server" },
  -- Joined midway: messages, and a word for each.
  tcp { client = all { bytes "[31-39] [20,30-39]", matches [[^\d{1,9} syslog \d{1,6} ]] },
    server = all { bytes "[31-39] [20,30-39]", matches [=[^\d{1,9} rsp \d{1,6} \d{3}[ \n]]=] } },

  fields {
    server = [[(?m)^relp_software=(?<software>[^,\n]+)(?:,(?<version>\d[\w.]*))?]],
    client = [[(?m)^relp_software=(?<software>[^,\n]+)(?:,(?<version>\d[\w.]*))?]],
  },

  example { client = "1 open 85 relp_version=0\nrelp_software=librelp,1.2.18,http://librelp.example.org\n\z
      commands=syslog\n",
    server = "1 rsp 92 200 OK\nrelp_version=0\nrelp_software=librelp,1.2.18,http://librelp.example.org\n\z
      commands=syslog\n" },
  example { server = "1 rsp 45 200 OK\nrelp_version=0\ncommands=syslog,starttls\n" },
  example { client = "17 syslog 11 <13>a: hello\n", server = "16 rsp 6 200 OK\n" },
  counterexample { client = "1 open 85 door\n", server = "1 rsp 4 no\n" },
  counterexample { client = "85 <13>1 2026-11-27T00:51:55Z a b - - - hello" },
}
