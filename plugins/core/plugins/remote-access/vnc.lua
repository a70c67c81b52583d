-- Both sides open with their version, "RFB xxx.yyy" and a line feed (RFC 6143 section 7.1.1).
local version = matches [[^RFB \d{3}\.\d{3}\n]]

protocol "vnc" {
  title     = "Virtual Network Computing (RFB)",
  reference = "RFC 6143 section 7.1.1",
  category  = "remote-access",
  also      = { "rfb" },
  ports     = { "5900-5910/tcp" },
  alternates = { "5800/tcp", "5911-5999/tcp" },

  tcp { client = starts "RFB ", server = version, alone = { "client", "server" } },
  -- A server that names itself, whatever was said to it; a viewer, too, names itself to one that offers its
  -- security types (section 7.1.2).
  tcp { client = none { bytes "[01-10] [01-23]" }, server = version },

  fields { server = [[^(?<banner>RFB (?<protocol_version>\d{3}\.\d{3}))]] },

  probe { after = "server", send = "RFB 003.008\n" },

  example { client = "RFB 003.008\n", server = "RFB 003.008\n" },
  example { server = "RFB 003.003\n" },
  example { client = "GET / HTTP/1.0\r\n\r\n", server = "RFB 003.008\n" },
  counterexample { server = "RFB hello\n" },
  counterexample { client = hex "02 13 01", server = "RFB 003.008\n" },
}
