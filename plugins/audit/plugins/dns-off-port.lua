-- What asks for names elsewhere evades the resolvers that the site watches.
detect "dns-off-port" {
  title     = "DNS on an unusual port",
  severity  = "medium",
  category  = "tunnel",
  reference = "ATT&CK T1571",
  on        = finding "off-port",
  when      = function(s) return s.protocol == "dns" end,
  says      = "{client.ip} asks for names at {host}:{port}/{transport}",
  example        { protocol = "dns" },
  counterexample { protocol = "ssh" },
}
