-- Consul's answers carry headers of its own: the index of the data, the leader, the policy (Consul HTTP API).
protocol "consul" {
  title     = "HashiCorp Consul (HTTP API)",
  reference = "Consul documentation, HTTP API: blocking queries, response headers",
  category  = "network",
  ports     = { "8500/tcp" },

  tcp { server = all { starts "HTTP/1.", header "X-Consul-" }, alone = "server" },

  fields { client = [[(?im)^User-Agent:[ \t]*(?<user_agent>[^\r\n]*[^\s])]] },

  example {
    client = "GET /v1/catalog/nodes HTTP/1.1\r\nHost: a\r\nUser-Agent: Go-http-client/1.1\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Consul-Index: 12\r\nX-Consul-Knownleader: true\r\n\r\n[]" },
  counterexample { client = "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\nServer: Demo\r\n\r\nX-Consul-Index: 12\r\n" },
}
