-- There should be one or two, and you should know them.  An allowance cannot say so: DHCP is at home on its port.
detect "dhcp-server" {
  title     = "DHCP server",
  severity  = "info",
  category  = "unwanted",
  reference = "RFC 2131 section 7, ATT&CK T1557.003",
  on        = service "dhcp",
  when      = function(s) return s.port == 67 end,
  says      = "{host} gives out addresses; is it one of yours?",
  example        { port = 67 },
  counterexample { port = 68 },
}
