-- The server greets with INFO and an object of JSON; the client answers CONNECT and another one (NATS client
-- protocol).
protocol "nats" {
  title     = "NATS",
  reference = "NATS documentation, client protocol: INFO and CONNECT",
  category  = "messaging",
  ports     = { "4222/tcp" },
  alternates = { "6222/tcp", "7422/tcp" },

  tcp { server = matches [[^INFO \{ ?"[a-z_]+": ?]],
    client = any { starts "CONNECT {", starts "PING\r\n", starts "INFO {", bytes "16 03" },
        alone = "server" },
  -- A client alone, or joined midway: the reply to CONNECT.
  tcp { client = matches [[^CONNECT \{"[a-z_]+":]], server = any { starts "+OK\r\n", starts "PONG\r\n",
      starts "-ERR '" },
    alone = "client" },

  fields {
    server = {
      [[^INFO [^\r\n]*?"version": ?"(?<version>\d[\w.+-]*)"]],
      [[^INFO [^\r\n]*?"server_name": ?"(?<hostname>(?![A-Z0-9]{56}")[^"]+)"]],
    },
    client = [[(?m)^CONNECT [^\r\n]*?"lang": ?"(?<software>[^"]+)"]],
  },

  probe { after = "server", send = "PING\r\n" },

  example { client = [[CONNECT {"verbose":false,"pedantic":false,"lang":"go"}]] .. "\r\nPING\r\n",
    server = [[INFO {"server_id":"A","server_name":"nats-1","version":"2.10.1","port":4222}]] ..
      " \r\n" },
  example { client = [[CONNECT {"verbose":false}]] .. "\r\n" },
  counterexample { client = "*1\r\n$4\r\nINFO\r\n", server = "INFO is here\r\n" },
  counterexample { client = "CONNECT example.org:443 HTTP/1.1\r\n\r\n", server = "HTTP/1.1 200 OK\r\n\r\n" },
}
