-- Version 5, the agent's address (1: IPv4, 2: IPv6), a sub-agent, a sequence number, an uptime, a count of
-- samples (sFlow version 5, section 5).  Nothing is ever answered.
protocol "sflow" {
  title     = "sFlow",
  reference = "sFlow version 5, section 5",
  category  = "management",
  ports     = { "6343/udp" },

  -- Sub-agents are few; samples fit one datagram.
  udp { client = bytes "00 00 00 05 00 00 00 01 ?? ?? ?? ?? 00 00 ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? 00 00 00 ??",
    alone = "client" },
  udp { client = all { bytes "00 00 00 05 00 00 00 02", at(24, bytes "00 00 ?? ??"),
    at(36, bytes "00 00 00 ??") },
    alone = "client" },

  example { client = hex "00 00 00 05 00 00 00 01 C0 00 02 01 00 00 00 01 00 00 00 10 00 00 10 00 00 00 00 01" },
  -- From an IPv6 address, with the counters of an interface (format 2, 12 bytes, none of them).
  example { client = hex "00 00 00 05 00 00 00 02 20 01 0D B8 00 00 00 00 00 00 00 00 00 00 00 01 \z
    00 00 00 00 00 00 00 10 00 01 86 A0 00 00 00 01 00 00 00 02 00 00 00 0C 00 00 00 01 \z
    00 00 00 03 00 00 00 00" },
  counterexample {
    client = hex "00 00 00 05 00 00 00 03 C0 00 02 01 00 00 00 01 00 00 00 10 00 00 10 00 00 00 00 01" },
}
