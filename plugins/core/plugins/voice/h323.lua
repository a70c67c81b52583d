-- Call signalling: TPKT, then Q.931 with its own discriminator, 08, a call reference of two bytes and a
-- message (ITU-T H.225.0 section 7, Q.931 section 4).  Its user-user element (7E) holds H.225.  Registration
-- (RAS) goes over UDP: a choice, a number, then the object identifier of H.225.0 itself,
-- 0.0.8.2250.0.version.
local oid = at(4, bytes "06 00 08 91 4A 00 0?")
-- Gatekeeper, registration and location: requests, confirmations, rejections carry the identifier.
local ras = any { all { bytes "0? ?? ?? ??", oid }, all { bytes "1? ?? ?? ??", oid } }

protocol "h323" {
  title     = "H.323 call signalling",
  reference = "ITU-T H.225.0 section 7, Q.931 section 4",
  category  = "voice",
  ports     = { "1720/tcp", "1719/udp", "1718/udp" },

  -- Setup 05, proceeding 02, alerting 01, connect 07, release 5A, facility 62.
  tcp { client = any { bytes "03 00 ?? ?? 08 02 ?? ?? 05", bytes "03 00 ?? ?? 08 02 ?? ?? 62",
    bytes "03 00 ?? ?? 08 02 ?? ?? 5A" },
        server = bytes "03 00 ?? ?? 08 02 ?? ?? ??", alone = "client" },
  -- Call control (H.245) on its own connection opens with the terminal's capabilities: a request (02), its
  -- number, the object identifier of H.245, 0.0.8.245.0.version.
  tcp { either = bytes "03 00 ?? ?? 02 ?? ?? 06 00 08 81 75 00 [01-20]", alone = { "client", "server" } },
  udp { client = ras, alone = "client" },
  udp { client = ras, server = ras, alone = { "client", "server" } },

  example { client = hex "03 00 00 20 08 02 00 01 05 04 03 80 90 A5 7E 00",
    server = hex "03 00 00 10 08 02 80 01 02 7E" },
  example { client = hex "00 00 00 07 06 00 08 91 4A 00 03 00 C0 00 02 01 06 B8 01 00",
    server = hex "04 00 00 07 06 00 08 91 4A 00 03 02 00 67 00 6B 00 C0 00 02 02 06 B7", transport = "udp" },
  -- A registration takes its time: requestInProgress, three seconds more.
  example { client = hex "0C 00 00 07 06 00 08 91 4A 00 04 00 01 00 C0 00 02 01 06 B8" ..
      hex "01 00 C0 00 02 01 06 B7 02 00 B5 00 00 12",
    server = hex "80 05 00 00 07 0B B7", transport = "udp" },
  example { client = hex "03 00 00 31 02 70 01 06 00 08 81 75 00 07 80 13 80 00",
    server = hex "03 00 00 1C 02 30 01 06 00 08 81 75 00 05 00 80 1B" },
  counterexample { client = hex "03 00 00 31 02 70 01 06 00 08 91 4A 00 07 80 13 80 00" },
  counterexample { client = hex "03 00 00 13 0E E0 00 00 00 00 00 01 00 08 00" },
  -- T.125 over the same TPKT has other objects: 0.0.20.124.0.1.
  counterexample { client = hex "02 F0 80 7F 05 00 14 7C 00 01 81 00", transport = "udp" },
}
