-- STARTTLS comes before LOGIN where it is used at all.
detect "imap-cleartext-login" {
  title     = "IMAP login in clear",
  severity  = "medium",
  category  = "cleartext-login",
  reference = "RFC 8314 section 3, CWE-319",
  on        = flow "imap",
  when      = function(s) return s.client.login ~= nil end,
  says      = "{client.ip} logs in to {host}:{port} by IMAP in clear ({client.login})",
  example        { client = { login = "LOGIN" } },
  counterexample { client = {} },
}
