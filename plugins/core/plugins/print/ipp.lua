-- HTTP POST whose body is application/ipp (RFC 8010 section 3 and RFC 8011).
local post = matches [[^POST [^\r\n]{1,255} HTTP/1\.[01]\r\n(?:[^\r\n]{1,500}\r\n){0,20}?(?i:Content-Type: ?application/ipp)]]
local answer = matches [[^HTTP/1\.[01] \d{3}[^\r\n]{0,60}\r\n(?:[^\r\n]{1,500}\r\n){0,20}?(?i:Content-Type: ?application/ipp)]]

protocol "ipp" {
  title     = "Internet Printing Protocol",
  reference = "RFC 8010 section 3.4, RFC 8011",
  category  = "print",
  ports     = { "631/tcp" },

  tcp { client = all { starts "POST ", post }, server = starts "HTTP/1.", alone = "client" },
  tcp { server = all { starts "HTTP/1.", answer }, alone = "server" },

  fields {
    server = {
      [[(?im)^Server: ?(?<banner>[^\r\n]+)]],
      [[(?im)^Server: ?(?<product>[A-Za-z][\w.-]*)(?:/(?<version>\d[\w.]*))?]],
    },
    client = [[(?im)^User-Agent: ?(?<user_agent>[^\r\n]+)]],
  },

  example {
    client = "POST /ipp/print HTTP/1.1\r\nHost: printer.example.org\r\n" ..
      "User-Agent: CUPS/2.4.2 IPP/2.0\r\nContent-Type: application/ipp\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\nServer: CUPS/2.4 IPP/2.1\r\nContent-Type: application/ipp\r\n\r\n",
  },
  example { server = "HTTP/1.1 200 OK\r\nServer: CUPS/2.4 IPP/2.1\r\nContent-Type: application/ipp\r\n\r\n" },
  counterexample { client = "POST /ipp/print HTTP/1.1\r\nHost: a\r\nContent-Type: text/html\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" },
}
