-- The text protocol knows no login at all.
detect "memcached-open" {
  title     = "memcached answers without a login",
  severity  = "high",
  category  = "open-service",
  reference = "https://github.com/memcached/memcached/wiki/ConfiguringServer, CWE-306",
  on        = service "memcached",
  when      = function(s) return s.version ~= nil end,
  says      = "{host}:{port} answers as memcached {version} to whoever asks ({transport})",
  example        { version = "1.6.21", transport = "tcp" },
  counterexample {},
}
