-- Each stream of a test opens with the test's cookie, 36 letters and figures of base 32 and a zero.  Streams
-- of UDP open with a datagram of 4 bytes each way, in the order of little-endian machines; old ones are
-- numbers (iperf3 source: iperf.h, iperf_util.c, iperf_udp.c).
local cookie = bytes(string.rep("[61-7A,32-37] ", 36) .. "00")

protocol "iperf3" {
  title     = "iperf3",
  reference = "iperf3 source: iperf_api.h, iperf_util.c (make_cookie), iperf_udp.c",
  category  = "management",
  ports     = { "5201/tcp", "5201/udp" },

  -- The server answers with a byte, or sends what is measured; of a stream it may only receive.
  tcp { client = all { cookie, length(37) }, server = length(1, 2048), alone = "client" },
  tcp { client = all { cookie, length(38, 2048) }, alone = "client" },
  udp { client = all { any { starts "9876", bytes "15 CD 5B 07" }, length(4) },
    server = all { any { starts "6789", bytes "B1 68 DE 3A" }, length(4) } },

  example { client = "abcdefghijklmnopqrstuvwxyz234567abcd\0", server = "\9" },
  example { client = "abcdefghijklmnopqrstuvwxyz234567abcd\0\xA5\x5A" },
  example { client = "abcdefghijklmnopqrstuvwxyz234567abcd\0" },
  example { client = "9876", server = "6789", transport = "udp" },
  example { client = hex "15 CD 5B 07", server = hex "B1 68 DE 3A", transport = "udp" },
  counterexample { client = "abcdefghijklmnopqrstuvwxyz234567abcd\n", server = "\9" },
  counterexample { client = "abcdefghijklmnopqrstuvwxyz0123456789\0", server = "\9" },
  counterexample { client = "9876", server = "9876", transport = "udp" },
}
