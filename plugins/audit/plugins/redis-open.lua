-- Who need not log in gets the version; who must gets -NOAUTH.
detect "redis-open" {
  title     = "Redis answers without a login",
  severity  = "high",
  category  = "open-service",
  reference = "https://redis.io/docs/latest/operate/oss_and_stack/management/security/, CWE-306",
  on        = service "redis",
  when      = function(s) return s.version ~= nil end,
  says      = "{host}:{port} tells {software} {version} to whoever asks",
  example        { software = "redis", version = "7.0.15" },
  counterexample { banner = "-NOAUTH Authentication required." },
}
