-- The client says hello; the server names itself, its protocol and its display (LCDproc developer's guide, "The
-- LCDproc protocol").
protocol "lcdproc" {
  title     = "LCDproc",
  reference = "LCDproc developer's guide, the client protocol",
  category  = "management",
  ports     = { "13666/tcp" },

  tcp { server = starts "connect LCDproc ", alone = "server" },

  fields { server = [[^connect (?<product>LCDproc) (?<version>[^ \r\n]+)(?: protocol (?<protocol_version>[\d.]+))?]] },

  example { client = "hello\n",
    server = "connect LCDproc 0.5.7 protocol 0.3 lcd wid 16 hgt 2 cellwid 5 cellhgt 8\n" },
  example { server = "connect LCDproc 0.5.7 protocol 0.3 lcd wid 16 hgt 2 cellwid 5 cellhgt 8\n" },
  counterexample { client = "hello\n", server = "connect to LCDproc\n" },
}
