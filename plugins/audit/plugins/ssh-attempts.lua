-- Twenty sessions in five minutes are a machine's: passwords that are tried, or a job that should keep its
-- session.
detect "ssh-attempts" {
  title     = "Many SSH logins of one client",
  severity  = "medium",
  category  = "attempts",
  reference = "ATT&CK T1110",
  on        = flow "ssh",
  count     { by = "client", atleast = 20, within = "5m" },
  says      = "{client.ip} began 20 SSH sessions within 5 minutes, the last with {host}:{port}",
  example   {},
}
