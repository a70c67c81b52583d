-- A command on a line of its own, headers, an empty line, a body, a zero; the server answers CONNECTED (STOMP
-- 1.2).
protocol "stomp" {
  title     = "Simple Text Oriented Messaging Protocol",
  reference = "STOMP 1.2, connecting",
  category  = "messaging",
  ports     = { "61613/tcp" },

  tcp { client = any { starts "CONNECT\n", starts "STOMP\n", starts "CONNECT\r\n", starts "STOMP\r\n" },
    server = any { starts "CONNECTED", starts "ERROR\n" }, alone = "client" },

  fields { server = [[(?m)^server:(?<product>[^\r\n/]+)(?:/(?<version>[^\s]+))?]] },

  -- The server's side, and sessions joined midway.
  tcp { server = matches [[^CONNECTED\r?\n(?:[a-z-]+:[^\n]*\n){0,8}?(?:version|heart-beat|session|server):]],
    alone = "server" },
  tcp { client = any { matches [[^SEND\r?\n(?:[a-z-]+:[^\n]*\n){0,8}?destination:]],
    matches [[^SUBSCRIBE\r?\n(?:[a-z-]+:[^\n]*\n){0,8}?destination:]] },
    server = any { starts "MESSAGE\n", starts "RECEIPT\n", starts "MESSAGE\r\n", starts "RECEIPT\r\n" },
    alone = "client" },

  probe { send = "CONNECT\naccept-version:1.0,1.1,1.2\nhost:offport.invalid\n\n\0" },

  example { server = "CONNECTED\nversion:1.2\n\n\0" },
  example { client = "SEND\ndestination:/queue/a\n\nhello\0" },
  counterexample { server = "CONNECTED\n" },
  counterexample { client = "SEND\nmore\n" },
  example { client = "CONNECT\naccept-version:1.2\nhost:/\n\n\0",
    server = "CONNECTED\nserver:RabbitMQ/3.12.6\nheart-beat:0,0\nversion:1.2\n\n\0" },
  counterexample { client = "CONNECT example.org:443 HTTP/1.1\r\n\r\n", server = "HTTP/1.1 200 OK\r\n\r\n" },
}
