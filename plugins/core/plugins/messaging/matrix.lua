-- HTTP whose paths begin with /_matrix/: between servers (federation, key) and for clients. Plain behind a
-- proxy that ends TLS, else inside TLS.
local requests = {}
for _, method in ipairs { "GET", "PUT", "POST", "DELETE", "OPTIONS" } do
  for _, part in ipairs { "federation", "key", "client", "media", "app" } do
    requests[#requests + 1] = starts(method .. " /_matrix/" .. part .. "/")
  end
end

protocol "matrix" {
  title     = "Matrix",
  reference = "Matrix specification: server-server API, client-server API",
  category  = "messaging",
  ports     = { "8448/tcp", "8008/tcp" },

  tcp { client = any(requests), server = starts "HTTP/1.", alone = "client" },

  fields {
    server = [[(?im)^Server:[ \t]*(?<banner>(?<product>[A-Za-z][\w.-]*)/?(?<version>\d[\w.+-]*)?[^\r\n]*)]],
    client = [[(?im)^User-Agent:[ \t]*(?<user_agent>[^\r\n]*[^\s])]],
  },

  example { client = "GET /_matrix/federation/v1/version HTTP/1.1\r\nHost: a\r\n" ..
      "User-Agent: Synapse/1.98.0\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\nServer: Synapse/1.99.0\r\n\r\n{}" },
  counterexample { client = "GET /matrix/federation/v1/version HTTP/1.1\r\nHost: a\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\nServer: a\r\n\r\n{}" },
}
