-- Basic is the password in another alphabet.
detect "http-basic-login" {
  title     = "HTTP Basic login in clear",
  severity  = "medium",
  category  = "cleartext-login",
  reference = "RFC 7617 section 4, CWE-319",
  on        = flow "http",
  when      = function(s) return s.client.login ~= nil and s.client.login:lower() == "basic" end,
  says      = "{client.ip} logs in to {host}:{port} by HTTP Basic in clear",
  example        { client = { login = "Basic" } },
  counterexample { client = { user_agent = "curl/8.5.0" } },
}
