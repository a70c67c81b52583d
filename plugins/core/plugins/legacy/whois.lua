-- The client asks with one line and the server answers with text of its choice (RFC 3912).  Registries have
-- agreed on the forms of these answers: RPSL objects (RFC 2622) and ICANN's registration data (RAA 2013,
-- specification 3).
local registry = any {
  all { any { line "Domain Name: ", line "   Domain Name: " },
    any { contains "Registry Domain ID: ", contains "Registrar: ", contains "Registrar WHOIS Server: " } },
  all { any { line "inetnum:  ", line "inet6num:  ", line "aut-num:  ", line "as-block:  ", line "route:  ",
    line "route6:  ",
    line "domain:  ", line "person:  ", line "refer:  " },
    any { contains "\nsource:  ", contains "\nstatus:  ", contains "\nmnt-by:  ",
      contains "\norganisation: " } },
  all { line "NetRange:  ", any { contains "\nCIDR:  ", contains "\nNetName:  " } },
}

protocol "whois" {
  title     = "WHOIS directory",
  reference = "RFC 3912, RFC 2622, ICANN RAA 2013",
  category  = "legacy",
  ports     = { "43/tcp" },
  alternates = { "4321/tcp" },

  tcp { client = matches [[^[\x21-\x7e][\x20-\x7e]{0,254}\r?\n\z]], server = registry },

  fields { client = [[^(?<info>[\x21-\x7e][\x20-\x7e]*)]] },

  example { client = "example.org\r\n",
    server = "Domain Name: EXAMPLE.ORG\r\nRegistry Domain ID: D1-EX\r\nRegistrar: Example\r\n" },
  example { client = "192.0.2.1\r\n",
    server = "% comment\n\ninetnum:        192.0.2.0 - 192.0.2.255\nstatus:         X\n" },
  example { client = "n 192.0.2.1\r\n",
    server = "\n#\n# terms\n#\n\nNetRange:       192.0.2.0 - 192.0.2.255\nCIDR:           192.0.2.0/24\n" },
  counterexample { client = "GET / HTTP/1.0\r\n\r\n",
    server = "HTTP/1.0 200 OK\r\n\r\nDomain Name: EXAMPLE.ORG\r\nRegistrar: Example\r\n" },
  counterexample { client = "alice\r\n", server = "Login: alice  Name: Alice\r\n" },
}
