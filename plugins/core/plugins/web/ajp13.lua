-- Packets of a web server begin with 12 34 and a length, those of the container with "AB" (AJP 1.3
-- specification, packet headers): 2 forwards a request, 7 and 10 are pings | 3 body, 4 headers, 5 end, 9
-- pong.
protocol "ajp13" {
  title     = "Apache JServ Protocol",
  reference = "Apache Tomcat connector: AJP 1.3 protocol reference",
  category  = "web",
  also      = { "ajp" },
  ports     = { "8009/tcp" },

  tcp { client = any { bytes "12 34 ?? ?? 02", bytes "12 34 00 01 0A", bytes "12 34 00 01 07" },
    server = any { bytes "41 42 00 01 09", bytes "41 42 ?? ?? 04", bytes "41 42 ?? ?? 03" },
    alone = "server" },

  -- The client's side: a request (2), its method, and the protocol as counted text.
  tcp { client = any { bytes "12 34 ?? ?? 02 [01-1C] 00 08 48 54 54 50 2F 31 2E",
    bytes "12 34 00 01 0A 12 34 ?? ?? 02" },
    server = bytes "41 42", alone = "client" },

  -- CPing.
  probe { home = true, send = hex "12 34 00 01 0A" },

  example { client = "\x12\x34\0\x60\2\2\0\8HTTP/1.1\0\0\1/\0" },
  counterexample { client = "\x12\x34\0\x60\2\2\0\8" },
  example { client = hex "12 34 00 01 0A", server = hex "41 42 00 01 09" },
  counterexample { client = hex "12 34 00 01 0A", server = "ABLE\n" },
}
