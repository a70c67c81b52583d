-- The handshake is in HTTP's manner: GNUTELLA CONNECT/0.6, answered by GNUTELLA/0.6 and a code (Gnutella 0.6 draft).
-- Files are then fetched with HTTP; those flows are HTTP.
protocol "gnutella" {
  title     = "Gnutella",
  reference = "The Gnutella Protocol Specification 0.6, section 2",
  category  = "p2p",
  dynamic   = true,

  tcp { client = starts "GNUTELLA CONNECT/", server = starts "GNUTELLA/", alone = { "client", "server" } },
  tcp { client = starts "GNUTELLA CONNECT/" },
  -- 0.4 answered in two words.
  tcp { client = starts "GNUTELLA CONNECT/0.4", server = starts "GNUTELLA OK", alone = "server" },
  -- Giving a file away after a push request (section 3.6).
  tcp { client = matches [[^GIV \d{1,10}:[0-9A-Fa-f]{32}/]], alone = "client" },

  fields {
    server = [[(?im)^User-Agent:[ \t]*(?<banner>(?<product>[A-Za-z][\w.-]*)[/ ]?(?<version>\d[\w.]*)?[^\r\n]*)]],
    client = [[(?im)^User-Agent:[ \t]*(?<user_agent>[^\r\n]*[^\s])]],
  },

  example { client = "GNUTELLA CONNECT/0.6\r\nUser-Agent: Demo/1.0\r\n\r\n", server = "GNUTELLA/0.6 200 OK\r\n\r\n" },
  counterexample { client = "GET /get/1/file HTTP/1.1\r\n\r\n", server = "HTTP/1.1 200 OK\r\n\r\n" },
}
