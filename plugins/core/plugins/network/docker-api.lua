-- HTTP whose server calls itself Docker, plain on 2375 and inside TLS on 2376: the flow is HTTP's and lists
-- this protocol as what followed.
protocol "docker-api" {
  title     = "Docker API",
  reference = "Docker Engine API documentation: versioning",
  category  = "network",
  also      = { "docker" },
  ports     = { "2375/tcp", "2376/tcp" },
  dynamic   = true,
}
