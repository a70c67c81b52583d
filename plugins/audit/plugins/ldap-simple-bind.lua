-- A simple bind sends the password as it is; StartTLS would have come before it.
detect "ldap-simple-bind" {
  title     = "LDAP simple bind in clear",
  severity  = "medium",
  category  = "cleartext-login",
  reference = "RFC 4513 section 6.3.1, CWE-319",
  on        = flow "ldap",
  when      = function(s) return s.client.login == "simple" end,
  says      = "{client.ip} sends a password to {host}:{port} in an LDAP simple bind",
  example        { client = { login = "simple" } },
  counterexample { client = { login = "sasl" } },
}
