-- Eight bytes in the clear before the sealed rest: a direction bit (1: to the client) and a counter of 63
-- bits that begins at zero (Mosh, "SSP" in the paper; src/network/network.cc).  A sealed packet has at least
-- 28 bytes more.
protocol "mosh" {
  title     = "Mobile shell (Mosh)",
  reference = "Mosh paper (USENIX ATC 2012) section 2, Mosh source network.cc",
  category  = "remote-access",
  ports     = { "60000-61000/udp" },

  -- The counters stay small for hours; both directions must be heard.
  udp { client = all { bytes "00 00 00 00 00 00 ?? ??", length(36, 1472) },
        server = all { bytes "80 00 00 00 00 00 ?? ??", length(36, 1472) },
        check = function(m)
          return m.client:u32(8) ~= 0 and m.client:u32(12) ~= 0 and m.server:u32(8) ~= 0
          and m.server:u32(12) ~= 0
        end },

  example { client = hex "00 00 00 00 00 00 00 00" .. string.rep("\xA5", 40),
    server = hex "80 00 00 00 00 00 00 00" .. string.rep("\x5A", 40), transport = "udp" },
  counterexample { client = hex "00 00 00 00 00 00 00 00" .. string.rep("\xA5", 40),
    server = hex "00 00 00 00 00 00 00 00" .. string.rep("\x5A", 40), transport = "udp" },
}
