-- By UDP "DLEP", a signal (1 discovers, 2 offers), a length; by TCP messages of type and length that begin with version 1.0
-- (RFC 8175 section 11).
protocol "dlep" {
  title     = "Dynamic Link Exchange Protocol",
  reference = "RFC 8175 sections 11.1 and 11.2",
  category  = "network",
  ports     = { "854/udp", "854/tcp" },

  udp { either = any { bytes "44 4C 45 50 00 01", bytes "44 4C 45 50 00 02" }, alone = { "client", "server" } },

  example { client = hex "44 4C 45 50 00 01 00 00" },
  counterexample { client = "DLEP!!" },
}
