-- Ports that every firewall lets out.
detect "ssh-tunnel-port" {
  title     = "SSH on a port that firewalls let out",
  severity  = "high",
  category  = "tunnel",
  reference = "ATT&CK T1572",
  on        = service "ssh",
  when      = function(s) return s.port == 53 or s.port == 80 or s.port == 123 or s.port == 443 end,
  says      = "{host}:{port} hides SSH where the web or names are expected",
  example        { port = 443 },
  counterexample { port = 22 },
  counterexample { port = 2222 },
}
