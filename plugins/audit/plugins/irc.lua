detect "irc" {
  title     = "IRC client",
  severity  = "low",
  category  = "unwanted",
  reference = "ATT&CK T1071",
  on        = client "irc",
  says      = "{host} speaks IRC",
  example   {},
}
