-- A magic number (1A90), version, cluster, operation, source interface, a random id, source and destination
-- machine (FFFE and FFFF: all), policy (Check Point ClusterXL, Cluster Control Protocol; field names public,
-- the format is not).
protocol "cpha" {
  title     = "Check Point cluster control (CPHA)",
  reference = "Check Point ClusterXL, Cluster Control Protocol on port 8116",
  category  = "network",
  ports     = { "8116/udp" },

  -- Operations 1 to 15, interface and source below 256; to one machine below 256 or to all.
  udp {
    either = all { bytes "1A 90 ?? ?? ?? ?? 00 [01-0F] 00 ?? ?? ?? 00 ??", length(24, 1472),
      any { at(14, bytes "FF [FE-FF]"), at(14, bytes "00 ??") } },
    alone = { "client", "server" },
  },

  example { client = hex "1A 90 00 01 00 01 00 01 00 02 12 34 00 01 FF FE 00 00 00 00 00 02 00 01 00 00 00 64",
    transport = "udp" },
  counterexample {
    client = hex "1A 90 00 01 00 01 07 01 00 02 12 34 00 01 FF FE 00 00 00 00 00 02 00 01 00 00 00 64",
    transport = "udp" },
}
