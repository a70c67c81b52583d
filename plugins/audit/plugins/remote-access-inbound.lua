detect "remote-access-inbound" {
  title     = "Remote access reached from outside",
  severity  = "high",
  category  = "border",
  reference = "CWE-284",
  on        = service { "rdp", "rdp-udp", "vnc", "telnet", "x11", "spice", "ica", "rlogin", "rsh", "rexec",
    "xdmcp" },
  when      = function(s) return s.direction == "inbound" end,
  says      = "{host}:{port} lets {protocol} in from outside",
  example        { protocol = "rdp", direction = "inbound" },
  counterexample { protocol = "rdp", direction = "internal" },
  counterexample { protocol = "rdp" },
}
