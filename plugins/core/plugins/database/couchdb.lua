-- CouchDB names itself in every answer; the request may be any of HTTP's.
local answer = all { starts "HTTP/1.", header "Server: CouchDB/" }

protocol "couchdb" {
  title     = "Apache CouchDB",
  reference = "Apache CouchDB documentation, API basics: response headers",
  category  = "database",
  ports     = { "5984/tcp" },
  alternates = { "5986/tcp", "6984/tcp" },

  tcp { server = answer, alone = "server" },

  fields {
    server = {
      [[(?im)^Server: (?<banner>(?<product>CouchDB)/(?<version>\d[\w.+-]*)[^\r\n]*)]],
      [[^HTTP/1\.[01] (?<status>\d{3})]],
    },
    client = {
      [[(?im)^User-Agent:[ \t]*(?<user_agent>[^\r\n]*[^\s])]],
      [[^(?<method>[A-Z]{3,7}) (?<path>/[^ ?\r\n]{0,100})]],
      -- Who logs in says so with each request, or brings the cookie of a session.
      [[(?im)^(?<login>Authorization:[ \t]*\w+|Cookie:[^\r\n]*AuthSession=)]],
    },
  },

  example { client = "GET / HTTP/1.1\r\nHost: a:5984\r\nAuthorization: Basic bWU6c2VjcmV0\r\n\z
      User-Agent: curl/8.5.0\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\nServer: CouchDB/3.3.3 (Erlang OTP/25)\r\n\r\n" },
  counterexample { client = "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\nServer: Demo\r\n\r\nServer: CouchDB/1.0\r\n" },
}
