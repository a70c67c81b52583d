-- The control port of the Tor daemon: commands and replies of three digits.  Nobody else says PROTOCOLINFO
-- (Tor control protocol, sections 2.3 and 3.21).
protocol "tor-control" {
  title     = "Tor control port",
  reference = "Tor control protocol specification sections 2.3, 3.5 and 3.21",
  category  = "security",
  ports     = { "9051/tcp" },
  alternates = { "9151/tcp" },

  tcp { client = command { "PROTOCOLINFO", "AUTHENTICATE", "AUTHCHALLENGE" },
    server = any { line "250-AUTH METHODS=", line "250-PROTOCOLINFO ", line "250 AUTHCHALLENGE ",
      line "514 Authentication required", line "515 Authentication failed", line "250-VERSION Tor=",
      line "250-version=" },
    alone = "server" },

  fields { server = [[(?m)^250-(?:VERSION Tor="|version=)(?<version>\d[\w.\-]*)]] },

  example { client = "PROTOCOLINFO 1\r\n",
    server = "250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n250-VERSION Tor=\"0.4.8.9\"\r\n250 OK\r\n" },
  example { client = "AUTHENTICATE \"secret\"\r\nGETINFO version\r\nQUIT\r\n",
    server = "250 OK\r\n250-version=0.4.9.11\r\n250 OK\r\n250 closing connection\r\n" },
  counterexample { client = "EHLO a\r\n", server = "250-PIPELINING\r\n250 HELP\r\n" },
}
