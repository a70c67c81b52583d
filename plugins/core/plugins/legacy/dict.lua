-- The greeting is 220, a text, capabilities and a message id, both in angle brackets; the client opens with
-- CLIENT or asks at once (RFC 2229 sections 3.1 and 3).
local greeting = matches [[^220 [^\r\n<]{0,200}<[A-Za-z0-9_.]{1,64}> <[^>\s]{1,120}@[^>\s]{1,120}>\r\n]]

protocol "dict" {
  title     = "Dictionary server",
  reference = "RFC 2229",
  category  = "legacy",
  ports     = { "2628/tcp" },

  tcp { client = command { "CLIENT", "DEFINE", "MATCH", "SHOW" }, server = starts "220 ", check = function(m)
    local v = m.server
    return v:find(0, "\n250 ") ~= nil or v:find(0, "\n15") ~= nil or v:find(0, "\n552 ") ~= nil
    or v:find(0, "\n11") ~= nil
  end },
  tcp { server = greeting, alone = "server" },

  fields {
    -- Up to the capabilities: the id behind them is the session's.
    server = { [[^(?<banner>220 [^\r\n<]*(?:<[^<>@\r\n]*>)?)]],
      [[^220 (?<hostname>[\w.-]+) (?<product>[A-Za-z]+) (?<version>\d[\w.]*)]] },
    client = [[(?im)^CLIENT "?(?<software>[^"\r\n]{1,80})]],
  },

  probe { after = "server", send = "CLIENT offport\r\n" },

  example { client = "CLIENT example\r\nDEFINE * word\r\n",
    server = "220 dict.example.org ready\r\n250 ok\r\n552 no match\r\n" },
  example { server = "220 dict.example.org dictd 1.12 <auth.mime> <123.456@dict.example.org>\r\n" },
  counterexample { client = "USER a\r\n",
    server = "220 ftp.example.org FTP server ready\r\n331 Password\r\n" },
  counterexample { client = "EHLO a\r\n", server = "220 mail.example.org ESMTP <1@mail>\r\n250 ok\r\n" },
}
