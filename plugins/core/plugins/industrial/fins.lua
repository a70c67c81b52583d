-- Over TCP, "FINS", a length, a command and an error code; over UDP, the frame itself: flags 80 to 81 ask, C0 to C1 answer,
-- zero, a count of gateways, addresses, then a command (OMRON W227, W421).
protocol "fins" {
  title     = "OMRON FINS",
  reference = "OMRON W421 section 7-4, W227 section 1-5",
  category  = "industrial",
  ports     = { "9600/tcp", "9600/udp" },

  -- Commands 0 to 3, error 0.
  tcp { either = bytes "46 49 4E 53 00 00 ?? ?? 00 00 00 0? 00 00 00", alone = { "client", "server" } },
  udp { client = all { any { bytes "80 00 02 00", bytes "80 00 07 00", bytes "81 00 02 00" }, length(12, 2012) },
        server = any { bytes "C0 00 02", bytes "C1 00 02", bytes "C0 00 07" } },

  example { client = hex "46 49 4E 53 00 00 00 0C 00 00 00 00 00 00 00 00 00 00 00 00", transport = "tcp" },
  counterexample { client = "FINS and more", transport = "tcp" },
}
