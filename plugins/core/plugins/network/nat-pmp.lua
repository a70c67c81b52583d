-- Version 0, an operation (0 address, 1 UDP, 2 TCP); the answer sets the top bit (RFC 6886 section 3.2,
-- 3.3).  Two zero bytes say too little alone, so the gateway must have answered.  The port is now
-- its successor's (RFC 6887 section 19.1).
protocol "nat-pmp" {
  title     = "NAT Port Mapping Protocol",
  reference = "RFC 6886 sections 3.2 and 3.3",
  category  = "network",
  shares    = { "5351/udp" },

  udp { client = all { bytes "00 00", length(2) }, server = all { bytes "00 80 00 0?", length(8, 12) } },
  udp { client = all { any { bytes "00 01 00 00", bytes "00 02 00 00" }, length(12) },
    server = all { any { bytes "00 81 00 0?", bytes "00 82 00 0?" }, length(8, 16) } },

  -- A mapping asked for: two ports, then a lifetime below 12 days.
  udp { client = all { length(12), any { bytes "00 01 00 00 ?? ?? ?? ?? 00 0? ?? ??",
          bytes "00 02 00 00 ?? ?? ?? ?? 00 0? ?? ??" } }, alone = "client",
        check = function(m) return m.client:u16(4) ~= 0 or m.client:u32(8) == 0 end },

  example { client = hex "00 02 00 00 1F 90 1F 90 00 00 1C 20" },
  example { client = hex "00 00", server = hex "00 80 00 00 00 00 00 01 C0 00 02 01" },
  example { client = hex "00 01 00 00 1F 90 00 00 00 00 1C 20",
    server = hex "00 81 00 00 00 00 00 01 1F 90 1F 90 00 00 1C 20" },
  counterexample { client = hex "00 00" },
}
