-- Without TLS, a client with prior knowledge opens with the preface; the server's first frame is SETTINGS (RFC 9113 sections
-- 3.4 and 6.5): length, type 4, flags, stream 0.
protocol "http2" {
  title     = "HTTP/2 without TLS",
  reference = "RFC 9113 sections 3.4 and 6.5",
  category  = "web",
  shares    = { "80/tcp" },
  alternates = { "8080/tcp", "8000/tcp", "50051/tcp", "9090/tcp" },

  -- The server opens with SETTINGS, or goes away (type 7) at once; joined midway, 101 shows that HTTP/1 was
  -- left behind.
  tcp { client = starts "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", server = any { bytes "00 0? ?? 04 0? 00 00 00 00",
    bytes "00 0? ?? 07 00 00 00 00 00", starts "HTTP/1.1 101 " }, alone = "client" },
  tcp { server = bytes "00 00 ?? 04 00 00 00 00 00 00 0?", client = bytes "00 00 ?? 04 00 00 00 00 00 00 0?" },

  example { client = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", server = "\0\0\6\4\0\0\0\0\0\0\3\0\0\0\x64" },
  counterexample { client = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", server = "HTTP/1.1 400 Bad Request\r\n\r\n" },
  counterexample { client = "GET / HTTP/1.1\r\n\r\n", server = "HTTP/1.1 200 OK\r\n\r\n" },
}
