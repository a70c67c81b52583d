-- Totem over UDP: C070 in the sender's byte order, version 3, a type (0 token, 1 message, 2 merge, 3 join, 4
-- commit, 5 hold), whether it is encapsulated, and a node (corosync, totem.h).  Encrypted clusters and knet
-- show nothing of it.
protocol "corosync" {
  title     = "Corosync (Totem)",
  reference = "corosync source: include/corosync/totem/totem.h, exec/totemsrp.c",
  category  = "management",
  ports     = { "5405/udp" },
  alternates = { "5404/udp", "5406/udp" },

  udp { either = all { any { bytes "70 C0 03 [00-05] [00-02]", bytes "C0 70 03 [00-05] [00-02]" }, length(24,
    65507) },
    alone = { "client", "server" } },

  example { client = hex "70 C0 03 02 00 01 00 00 00 00 00 00 00" .. string.rep("\0", 20),
    transport = "udp" },
  counterexample { client = hex "70 C0 04 02 00 01 00 00 00 00 00 00 00" .. string.rep("\0", 20),
    transport = "udp" },
}
