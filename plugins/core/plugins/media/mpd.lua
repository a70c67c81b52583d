-- The server greets with OK MPD and its protocol's version (Music Player Daemon protocol, general).
protocol "mpd" {
  title     = "Music Player Daemon",
  reference = "The Music Player Daemon protocol, general",
  category  = "media",
  ports     = { "6600/tcp" },

  tcp { server = starts "OK MPD ", alone = "server" },

  fields { server = [[^(?<banner>OK MPD (?<protocol_version>[\d.]+))]] },

  probe { after = "server", send = "status\n" },

  example { client = "status\n", server = "OK MPD 0.23.5\nvolume: 100\nOK\n" },
  counterexample { client = "status\n", server = "OK MPEG\n" },
}
