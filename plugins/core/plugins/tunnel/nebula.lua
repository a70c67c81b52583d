-- Version 1 and a type in one byte, a subtype, two zero bytes, an index, a counter of 8 bytes: the first
-- handshake has index 0 and counter 1, the answer names the index and has counter 2 (Nebula, header package).
protocol "nebula" {
  title     = "Nebula overlay network",
  reference = "Nebula source: header package, handshake (IX)",
  category  = "tunnel",
  ports     = { "4242/udp" },

  udp { client = all { bytes "10 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01", length(100, 1500) },
        server = any { bytes "10 00 00 00 ?? ?? ?? ?? 00 00 00 00 00 00 00 02",
          bytes "1? 0? 00 00 ?? ?? ?? ?? 00 00 00 00" },
        alone = "client" },
  udp { server = all { bytes "10 00 00 00 ?? ?? ?? ?? 00 00 00 00 00 00 00 02", length(100, 1500) },
    alone = "server" },

  example { client = hex "10 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01" .. string.rep("\x5A", 120),
    server = hex "10 00 00 00 01 02 03 04 00 00 00 00 00 00 00 02" .. string.rep("\xA5", 120),
      transport = "udp" },
  example { server = hex "10 00 00 00 01 02 03 04 00 00 00 00 00 00 00 02" .. string.rep("\xA5", 120),
    transport = "udp" },
  counterexample { client = hex "10 00 00 00 00 00 00 00 00 00 00 00 00 00 00 03" .. string.rep("\x5A", 120),
    transport = "udp" },
}
