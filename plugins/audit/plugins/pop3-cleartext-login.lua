-- APOP and STLS tell no password; USER, PASS and AUTH PLAIN do.
detect "pop3-cleartext-login" {
  title     = "POP3 login in clear",
  severity  = "medium",
  category  = "cleartext-login",
  reference = "RFC 8314 section 3, CWE-319",
  on        = flow "pop3",
  when      = function(s) return s.client.login ~= nil end,
  says      = "{client.ip} logs in to {host}:{port} by POP3 in clear ({client.login})",
  example        { client = { login = "USER" } },
  counterexample { client = {} },
}
