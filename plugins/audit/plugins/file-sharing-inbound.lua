detect "file-sharing-inbound" {
  title     = "File sharing reached from outside",
  severity  = "high",
  category  = "border",
  reference = "CWE-284",
  on        = service { "smb", "nfs", "afp", "rsync", "nbns", "nbdgm", "tftp" },
  when      = function(s) return s.direction == "inbound" end,
  says      = "{host}:{port} lets {protocol} in from outside",
  example        { protocol = "smb", direction = "inbound" },
  counterexample { protocol = "smb", direction = "outbound" },
}
