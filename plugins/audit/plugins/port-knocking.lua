-- A few closed doors, then the one that is hidden.  A scanner tries many more.
detect "port-knocking" {
  title     = "Knocking before a service off its port",
  severity  = "high",
  category  = "tunnel",
  reference = "ATT&CK T1205.001",
  on        = flow,
  when      = function(s) return s.standing == "off-port" and s.knocks >= 3 and s.knocks < 8 end,
  says      = "{client.ip} knocks on {knocks} closed ports of {host}, then finds {protocol} on {port}",
  example        { standing = "off-port", knocks = 3 },
  counterexample { standing = "off-port", knocks = 2 },
  counterexample { standing = "off-port", knocks = 8 },
  counterexample { standing = "expected", knocks = 3 },
}
