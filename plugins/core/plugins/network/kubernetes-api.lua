-- Mostly behind TLS; without it (kubectl proxy, old insecure ports) every answer names the flow schema and
-- the priority level that the request was given (API priority and fairness).
protocol "kubernetes-api" {
  title     = "Kubernetes API server",
  reference = "Kubernetes documentation, API priority and fairness: response headers",
  category  = "network",
  ports     = { "6443/tcp" },
  alternates = { "8001/tcp", "8080/tcp", "16443/tcp" },

  tcp { server = all { starts "HTTP/1.", header "X-Kubernetes-Pf-" },
        alone = "server" },

  fields {
    server = [["gitVersion": ?"v?(?<version>\d[\w.+-]*)"]],
    client = [[(?im)^User-Agent:[ \t]*(?<user_agent>[^\r\n]*[^\s])]],
  },

  example { client = "GET /api/v1/pods HTTP/1.1\r\nHost: a\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\nAudit-Id: 1\r\nX-Kubernetes-Pf-Flowschema-Uid: 2\r\n\r\n" },
  example {
    client = "GET /version HTTP/1.1\r\nHost: a\r\n"
      .. "User-Agent: kubectl/v1.29.2 (linux/amd64) kubernetes/4b8e819\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
      .. "X-Kubernetes-Pf-Flowschema-Uid: 2\r\n\r\n"
      .. "{\n  \"major\": \"1\",\n  \"minor\": \"29\",\n  \"gitVersion\": \"v1.29.2+k3s1\"\n}" },
  counterexample { client = "GET /api/v1/pods HTTP/1.1\r\nHost: a\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\nAudit-Id: 1\r\n\r\nX-Kubernetes-Pf-Flowschema-Uid: 2\r\n" },
}
