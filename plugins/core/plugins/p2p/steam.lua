-- Queries of game servers: FF FF FF FF, a letter, for the first one the words "Source Engine Query" (Valve server queries).
protocol "steam" {
  title     = "Steam server query",
  reference = "Valve developer wiki: server queries",
  category  = "p2p",
  -- Every game server picks its own; customary: 27015.
  dynamic   = true,

  udp { client = starts "\xFF\xFF\xFF\xFFTSource Engine Query\0", alone = "client" },
  udp { client = any { starts "\xFF\xFF\xFF\xFFU", starts "\xFF\xFF\xFF\xFFV" },
    server = any { starts "\xFF\xFF\xFF\xFFA", starts "\xFF\xFF\xFF\xFFD", starts "\xFF\xFF\xFF\xFFE" } },

  example { client = "\xFF\xFF\xFF\xFFTSource Engine Query\0" },
  counterexample { client = "\xFF\xFF\xFF\xFFTSource\0" },
}
