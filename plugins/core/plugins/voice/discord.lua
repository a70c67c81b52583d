-- Before the voice: a request, type 1, with length 70, a source, then 64 bytes for an address and a port;
-- the answer, type 2, has the caller's address in text (Discord developer documentation, Voice connections,
-- IP discovery).  Then RTP follows.
protocol "discord" {
  title     = "Discord voice",
  reference = "Discord developer documentation, Voice connections, IP discovery",
  category  = "voice",
  -- The gateway names address and port of each call.
  dynamic   = true,

  udp { client = all { bytes "00 01 00 46 ?? ?? ?? ?? 00 00 00 00 00 00 00 00", length(74) },
        server = all { bytes "00 02 00 46 ?? ?? ?? ?? [30-66]", length(74) }, alone = "client" },

  example { client = "\0\1\0\x46\0\0\x30\x39" .. string.rep("\0", 66),
    server = "\0\2\0\x46\0\0\x30\x39192.0.2.7" .. string.rep("\0", 55) .. "\xC3\x50", transport = "udp" },
  -- STUN without its cookie: the length leaves no room for 64 zeros.
  counterexample { client = hex "00 01 00 08 11 22 33 44 01 02 03 04 05 06 07 08 09 0A 0B 0C 00 03 00 04 \z
    00 00 00 06",
    transport = "udp" },
}
