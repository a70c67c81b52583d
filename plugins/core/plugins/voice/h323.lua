-- Call signalling: TPKT, then Q.931 with its own discriminator, 08, a call reference of two bytes and a message (ITU-T H.225.0
-- section 7, Q.931 section 4).  Its user-user element (7E) holds H.225.
protocol "h323" {
  title     = "H.323 call signalling",
  reference = "ITU-T H.225.0 section 7, Q.931 section 4",
  category  = "voice",
  ports     = { "1720/tcp" },

  -- Setup 05, proceeding 02, alerting 01, connect 07, release 5A, facility 62.
  tcp { client = any { bytes "03 00 ?? ?? 08 02 ?? ?? 05", bytes "03 00 ?? ?? 08 02 ?? ?? 62",
    bytes "03 00 ?? ?? 08 02 ?? ?? 5A" },
        server = bytes "03 00 ?? ?? 08 02 ?? ?? ??", alone = "client" },

  example { client = hex "03 00 00 20 08 02 00 01 05 04 03 80 90 A5 7E 00", server = hex "03 00 00 10 08 02 80 01 02 7E" },
  counterexample { client = hex "03 00 00 13 0E E0 00 00 00 00 00 01 00 08 00" },
}
