-- etcd keeps the secrets of a cluster; over plain HTTP everyone on the way reads them too.
detect "etcd-in-clear" {
  title     = "etcd without TLS",
  severity  = "high",
  category  = "open-service",
  reference = "https://etcd.io/docs/v3.5/op-guide/security/, CWE-319",
  on        = service "etcd",
  says      = "{host}:{port} serves etcd in clear",
  example   { version = "3.5.9" },
}
