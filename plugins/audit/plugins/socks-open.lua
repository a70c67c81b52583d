detect "socks-open" {
  title     = "SOCKS proxy without a login",
  severity  = "medium",
  category  = "open-service",
  reference = "RFC 1928 section 3, CWE-441",
  on        = service "socks",
  when      = function(s) return s.auth == "none" end,
  says      = "{host}:{port} is a SOCKS proxy for whoever asks",
  example        { auth = "none" },
  counterexample { auth = "password" },
}
