-- Everything is in clear, the password too.
detect "telnet" {
  title     = "Telnet server",
  severity  = "medium",
  category  = "cleartext-login",
  reference = "RFC 854, CWE-319",
  on        = service "telnet",
  says      = "{host}:{port} offers Telnet",
  example   { banner = "login:" },
}
