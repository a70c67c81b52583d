-- Whoever reaches the API of a Docker daemon is root on its host; with TLS it could not be seen here.
detect "docker-open" {
  title     = "Docker API without TLS",
  severity  = "critical",
  category  = "open-service",
  reference = "https://docs.docker.com/engine/security/protect-access/, CWE-306",
  on        = service "http",
  when      = function(s) return s.banner ~= nil and s.banner:matches([[^Docker/\d]]) end,
  says      = "{host}:{port} offers the Docker API in clear ({banner})",
  example        { banner = "Docker/24.0.7 (linux)" },
  counterexample { banner = "nginx/1.24.0" },
  counterexample { banner = "Docker Registry" },
}
