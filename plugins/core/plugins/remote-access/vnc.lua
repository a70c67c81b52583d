-- Both sides open with their version, "RFB xxx.yyy" and a line feed (RFC 6143 section 7.1.1).
local version = matches [[^RFB \d{3}\.\d{3}\n]]
-- What a server goes on with: a count and as many security types, or up to 3.3 one type of four bytes
-- (sections 7.1.2 and A.1).
local security = any { bytes "[01-10] [01-23]", bytes "00 00 00 [00-02]" }

protocol "vnc" {
  title     = "Virtual Network Computing (RFB)",
  reference = "RFC 6143 section 7.1.1",
  category  = "remote-access",
  also      = { "rfb" },
  ports     = { "5900-5910/tcp" },
  alternates = { "5800/tcp", "5911-5999/tcp" },

  tcp { client = starts "RFB ", server = version, alone = { "client", "server" } },
  -- A server that names itself, whatever was said to it; a viewer, too, names itself to one that offers its
  -- security types.
  tcp { client = none { security }, server = version },
  -- Joined behind the server's version.
  tcp { client = version, server = security },

  fields { server = [[^(?<banner>RFB (?<protocol_version>\d{3}\.\d{3}))]] },

  probe { after = "server", send = "RFB 003.008\n" },

  example { client = "RFB 003.008\n", server = "RFB 003.008\n" },
  example { server = "RFB 003.003\n" },
  example { client = "GET / HTTP/1.0\r\n\r\n", server = "RFB 003.008\n" },
  example { client = "RFB 003.008\n\1\1", server = hex "03 13 01 02 00 00 00 00" },
  example { client = "RFB 003.003\n\1", server = hex "00 00 00 01" },
  counterexample { server = "RFB hello\n" },
  counterexample { client = hex "02 13 01", server = "RFB 003.008\n" },
  counterexample { client = "RFB 003.008\n", server = hex "00 00 00 03" },
}
