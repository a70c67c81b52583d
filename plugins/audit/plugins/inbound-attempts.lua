-- The two together: a door to the outside, and somebody who tries it.
detect "inbound-attempts" {
  title     = "Attempts on a door to the outside",
  severity  = "high",
  category  = "attempts",
  reference = "ATT&CK T1133",
  on        = flow { "telnet", "rdp", "vnc" },
  when      = function(s) return s.direction == "inbound" end,
  requires  = { "login-attempts", "remote-access-inbound" },
  says      = "{client.ip} tries {protocol} of {host}:{port} from outside, again and again",
  example        { protocol = "rdp", direction = "inbound" },
  counterexample { protocol = "rdp", direction = "internal" },
}
