detect "login-attempts" {
  title     = "Many logins to one service",
  severity  = "medium",
  category  = "attempts",
  reference = "ATT&CK T1110",
  on        = flow { "ftp", "telnet", "rdp", "vnc", "pop3", "imap", "smtp" },
  count     { by = "flow", atleast = 20, within = "5m" },
  says      = "{client.ip} began 20 sessions with {host}:{port} ({protocol}) within 5 minutes",
  example   { protocol = "ftp" },
}
