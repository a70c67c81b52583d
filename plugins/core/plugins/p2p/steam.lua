-- Queries of game servers: FF FF FF FF, a letter, for the first one the words "Source Engine Query" (Valve
-- server queries).
protocol "steam" {
  title     = "Steam server query",
  reference = "Valve developer wiki: server queries",
  category  = "p2p",
  -- Every game server picks its own; customary: 27015.
  dynamic   = true,

  udp { client = starts "\xFF\xFF\xFF\xFFTSource Engine Query\0", alone = "client" },
  udp { client = any { starts "\xFF\xFF\xFF\xFFU", starts "\xFF\xFF\xFF\xFFV" },
    server = any { starts "\xFF\xFF\xFF\xFFA", starts "\xFF\xFF\xFF\xFFD", starts "\xFF\xFF\xFF\xFFE" } },
  -- An answer: information (I, from version 17 of the protocol on) or the challenge for it.
  udp { server = all { starts "\xFF\xFF\xFF\xFFI",
    matches [[^\xFF{4}I[\x02-\x30][^\0]{0,120}\0[^\0]{1,64}\0[^\0]{0,64}\0]] },
        alone = "server" },
  -- Clients of one network find each other: a signature, then a header and a body of protocol buffers with
  -- their lengths.
  udp { client = bytes "FF FF FF FF 21 4C 5F A0 ?? 00 00 00", alone = "client" },

  fields { server = [[^\xFF{4}I.(?<banner>[^\0]+)\0(?<info>[^\0]*)\0[^\0]*\0(?<product>[^\0]*)\0]] },

  example { client = "\xFF\xFF\xFF\xFFTSource Engine Query\0\1\2\3\4",
    server = "\xFF\xFF\xFF\xFFI\x11Demo\0de_dust2\0cstrike\0Counter-Strike\0\xF0\0" },
  example { server = "\xFF\xFF\xFF\xFFI\x11Demo\0de_dust2\0cstrike\0Counter-Strike\0\xF0\0",
    transport = "udp" },
  -- The players, please: first the challenge.
  example { client = "\xFF\xFF\xFF\xFFU\xFF\xFF\xFF\xFF",
    server = "\xFF\xFF\xFF\xFFA\x4B\xA1\xD5\x22", transport = "udp" },
  example { client = "\xFF\xFF\xFF\xFF\x21\x4C\x5F\xA0\x0C\0\0\0\8\1", transport = "udp" },
  example { client = "\xFF\xFF\xFF\xFFTSource Engine Query\0" },
  counterexample { client = "\xFF\xFF\xFF\xFFTSource\0" },
}
