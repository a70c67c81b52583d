-- The name, and the password that follows it, can be read by everyone on the way.  AUTH TLS comes before
-- USER.
detect "ftp-cleartext-login" {
  title     = "FTP login in clear",
  severity  = "medium",
  category  = "cleartext-login",
  reference = "RFC 4217 section 15, CWE-319",
  on        = flow "ftp",
  when      = function(s) return s.client.user ~= nil
  and not s.client.user:matches("(?i)^(anonymous|ftp)$") end,
  says      = "{client.ip} logs in to {host}:{port} by FTP in clear as {client.user}",
  example        { client = { user = "clerk" } },
  counterexample { client = { user = "Anonymous" } },
  counterexample {},
}
