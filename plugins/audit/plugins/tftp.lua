detect "tftp" {
  title     = "TFTP server",
  severity  = "low",
  category  = "open-service",
  reference = "RFC 1350 section 1, CWE-306",
  on        = service "tftp",
  says      = "{host}:{port} serves files by TFTP, which knows no login",
  example   {},
}
