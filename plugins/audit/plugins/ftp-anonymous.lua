-- Whether the server lets it in is not asked: that somebody tries is worth a look at what is offered there.
detect "ftp-anonymous" {
  title     = "Anonymous FTP",
  severity  = "low",
  category  = "open-service",
  reference = "RFC 1635, CWE-306",
  on        = flow "ftp",
  when      = function(s) return s.client.user ~= nil and s.client.user:matches("(?i)^(anonymous|ftp)$") end,
  says      = "{client.ip} asks {host}:{port} for anonymous FTP",
  example        { client = { user = "anonymous" } },
  example        { client = { user = "FTP" } },
  counterexample { client = { user = "ftpadmin" } },
  counterexample {},
}
