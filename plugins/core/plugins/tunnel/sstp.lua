-- HTTP with a method and a path of its own, usually inside TLS; seen where a proxy ends that (MS-SSTP section
-- 3.2.4.1).
protocol "sstp" {
  title     = "Secure Socket Tunneling Protocol",
  reference = "MS-SSTP sections 3.2.4.1 and 3.3.5.2.1",
  category  = "tunnel",
  shares    = { "443/tcp" },
  alternates = { "80/tcp" },

  tcp { client = starts "SSTP_DUPLEX_POST /", server = starts "HTTP/1.1 ", alone = "client" },

  fields { server = [[(?im)^Server:[ \t]*(?<banner>(?<product>[^\r\n/]+)(?:/(?<version>[\w.]+))?[^\r\n]*)]] },

  example {
    client = "SSTP_DUPLEX_POST /sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/ HTTP/1.1\r\nHost: vpn\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\nServer: Microsoft-HTTPAPI/2.0\r\n\r\n" },
  counterexample { client = "POST /sra/ HTTP/1.1\r\nHost: vpn\r\n\r\n", server = "HTTP/1.1 200 OK\r\n\r\n" },
}
