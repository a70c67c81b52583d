-- SMB 1 has no signing worth the name, and was the way of the worms of 2017.
detect "smb1" {
  title     = "SMB 1",
  severity  = "high",
  category  = "outdated",
  reference = "MS17-010, CWE-327",
  on        = service "smb",
  when      = function(s) return s.protocol_version == "1" end,
  says      = "{host}:{port} speaks SMB 1",
  example        { protocol_version = "1" },
  counterexample { protocol_version = "3.1.1" },
}
