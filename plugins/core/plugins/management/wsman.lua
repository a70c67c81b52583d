-- SOAP over HTTP, always posted to /wsman (DMTF DSP0226; MS-WSMV 2.1).  The server's header or its challenge
-- tells who it is.
protocol "wsman" {
  title     = "WS-Management (WSMan, WinRM)",
  reference = "DMTF DSP0226 section 6, MS-WSMV section 2.1",
  category  = "management",
  ports     = { "5985/tcp", "5986/tcp" },
  alternates = { "80/tcp", "443/tcp" },

  tcp { client = all { starts "POST /wsman", any { contains "application/soap+xml",
    contains "multipart/encrypted",
          contains "WinRM", contains "Negotiate ", contains "Kerberos " } },
        server = starts "HTTP/1.", alone = "client" },

  fields {
    server = { [[(?im)^Server:[ \t]*(?<banner>(?<product>[^\r\n/]+)(?:/(?<version>[\w.]+))?[^\r\n]*)]] },
    client = [[(?im)^User-Agent:[ \t]*(?<user_agent>[^\r\n]*[^\s])]],
  },

  example {
    client = "POST /wsman HTTP/1.1\r\nHost: srv:5985\r\nUser-Agent: Microsoft WinRM Client\r\n"
      .. "Content-Type: application/soap+xml\r\n\r\n",
    server = "HTTP/1.1 401 \r\nServer: Microsoft-HTTPAPI/2.0\r\nWWW-Authenticate: Negotiate\r\n\r\n" },
  counterexample { client = "POST /soap HTTP/1.1\r\nHost: srv\r\nContent-Type: application/soap+xml\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n" },
}
