-- InfluxDB names its version in a header of every answer.
protocol "influxdb" {
  title     = "InfluxDB",
  reference = "InfluxDB API documentation, /ping: response headers",
  category  = "database",
  ports     = { "8086/tcp" },
  alternates = { "8181/tcp" },

  tcp { server = all { starts "HTTP/1.", header "X-Influxdb-" },
        alone = "server" },

  fields {
    server = {
      [[(?im)^X-Influxdb-Version:[ \t]*v?(?<version>\d[\w.+-]*)]],
      [[(?im)^X-Influxdb-Build:[ \t]*(?<info>[^\r\n]+)]],
    },
    client = [[(?im)^User-Agent:[ \t]*(?<user_agent>[^\r\n]*[^\s])]],
  },

  example { client = "GET /ping HTTP/1.1\r\nHost: a:8086\r\n\z
      User-Agent: influxdb-client-python/1.38.0\r\n\r\n",
    server = "HTTP/1.1 204 No Content\r\nX-Influxdb-Build: OSS\r\nX-Influxdb-Version: v2.7.1\r\n\r\n" },
  counterexample { client = "GET /ping HTTP/1.1\r\nHost: a\r\n\r\n",
    server = "HTTP/1.1 204 No Content\r\nServer: Demo\r\n\r\nX-Influxdb-Version: 1\r\n" },
}
