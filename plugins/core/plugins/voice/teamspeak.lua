-- Each handshake packet has TS3INIT1 where the checksum stands later, number 101, and from clients a number
-- and the type 88 (TS3 protocol paper, 1.1 and 2.5).  The query service over TCP greets with TS3.
protocol "teamspeak" {
  title     = "TeamSpeak",
  reference = "TS3 protocol paper (tsclientlib, TS3AudioBot); TeamSpeak 3 ServerQuery manual",
  category  = "voice",
  ports     = { "9987/udp", "10011/tcp" },
  alternates = { "9988-9999/udp", "25639/tcp" },

  udp { client = starts "TS3INIT1\0\x65", alone = "client" },
  udp { server = starts "TS3INIT1\0\x65\x88", alone = "server" },
  tcp { server = matches [[^TS3(?: Client)?\n\r(?:Welcome|TeamSpeak|selected)]], alone = "server" },

  fields { server = [[^(?<banner>TS3[^\r\n]*)\n]] },

  example { client = "TS3INIT1\0\x65\0\0\x88\1\2\3\4\0\1\2\3\4\5\6\7\8",
    server = "TS3INIT1\0\x65\x88\1\1\2\3\4\5\6\7\8",
    transport = "udp" },
  example { client = "TS3INIT1\0\x65\0\0\x88\9\x83\x8C\xCF\0\x69\x55\xB9\0\1\2\3\4" ..
      string.rep("\0", 8), transport = "udp" },
  example { server = "TS3INIT1\0\x65\x88\1\1\2\3\4\5\6\7\8", transport = "udp" },
  example { server = "TS3\n\rWelcome to the TeamSpeak 3 ServerQuery interface", transport = "tcp" },
  counterexample { client = "TS3INIT2\0\x65\0\0\x88", transport = "udp" },
}
