-- A service where nobody looks, and the way to it open to the world.
detect "hidden-remote-access" {
  title     = "Remote access off its port, reached from outside",
  severity  = "critical",
  category  = "tunnel",
  reference = "ATT&CK T1571",
  on        = finding "off-port",
  when      = function(s) return s.category == "remote-access" and s.direction == "inbound" end,
  says      = "{client.ip} reaches {protocol} at {host}:{port} from outside",
  example        { category = "remote-access", direction = "inbound" },
  counterexample { category = "remote-access", direction = "internal" },
  counterexample { category = "web", direction = "inbound" },
}
