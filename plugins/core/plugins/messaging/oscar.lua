-- FLAP: an asterisk, a channel, a number, a length.  Both sides begin on channel 1 with the version,
-- 00000001 (AOL OSCAR).
protocol "oscar" {
  title     = "OSCAR (AIM, ICQ)",
  reference = "AOL OSCAR protocol, FLAP frames, signon channel",
  category  = "messaging",
  ports     = { "5190/tcp" },
  alternates = { "5191-5193/tcp", "9898/tcp", "443/tcp" },

  tcp { client = bytes "2A 01 ?? ?? 0? ?? 00 00 00 01", server = bytes "2A 01 ?? ?? 00 ?? 00 00 00 01",
        alone = { "client", "server" } },

  example { client = hex "2A 01 00 01 00 04 00 00 00 01", server = hex "2A 01 12 34 00 04 00 00 00 01" },
  counterexample { client = "*1\r\n$4\r\nPING\r\n", server = "+PONG\r\n" },
}
