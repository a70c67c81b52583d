-- The first page, with the version, is shown only to who may see it.
detect "elasticsearch-open" {
  title     = "Elasticsearch answers without a login",
  severity  = "high",
  category  = "open-service",
  reference = "https://www.elastic.co/guide/en/elasticsearch/reference/current/secure-cluster.html, CWE-306",
  on        = service "elasticsearch",
  when      = function(s) return s.version ~= nil end,
  says      = "{host}:{port} shows its version {version} to whoever asks, in clear",
  example        { version = "8.12.0" },
  counterexample {},
}
