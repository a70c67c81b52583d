-- There should be one or two, and you should know them: list them with servers "dhcp" { "10.0.0.2" }, and
-- those that are on the list are told of no more, others as server-not-listed.
detect "dhcp-server" {
  title     = "DHCP server",
  severity  = "info",
  category  = "unwanted",
  reference = "RFC 2131 section 7, ATT&CK T1557.003",
  on        = service "dhcp",
  when      = function(s) return s.port == 67 and s.listed == nil end,
  says      = "{host} gives out addresses; is it one of yours?",
  example        { port = 67 },
  counterexample { port = 68 },
  counterexample { port = 67, listed = true },
}
