-- They trust an address, or send the password in clear.
detect "r-services" {
  title     = "Berkeley r-service",
  severity  = "high",
  category  = "cleartext-login",
  reference = "RFC 1282 section 6, CWE-291",
  on        = service { "rlogin", "rsh", "rexec" },
  says      = "{host}:{port} offers {protocol}, which trusts addresses or passwords in clear",
  example   { protocol = "rlogin" },
}
