-- A request to upgrade, with a key, and the answer 101 with the key's hash; then frames (RFC 6455 section
-- 4).  A server that refuses stays a web server, so its answer alone decides.
local agree = all { starts "HTTP/1.1 101", header "Sec-WebSocket-Accept:" }

protocol "websocket" {
  title     = "WebSocket",
  reference = "RFC 6455 sections 1.3 and 4",
  category  = "web",
  shares    = { "80/tcp" },
  alternates = {
    "81/tcp", "3000/tcp", "5000/tcp", "8000/tcp", "8008/tcp", "8080-8083/tcp", "8088/tcp", "8888/tcp",
        "9001/tcp", "9090/tcp",
  },

  tcp { server = agree, alone = "server" },
  tcp { client = all { starts "GET ", header "Sec-WebSocket-Key:" }, server = agree, alone = "client" },

  fields {
    server = {
      [[(?im)^Server:[ \t]*(?<banner>(?:Python/[^\s]+ )?(?<product>[A-Za-z][^\s/,;()]*)(?:/v?(?<version>\d[\w.+-]*))?[^\r\n]*)]],
      [[(?im)^Sec-WebSocket-Protocol:[ \t]*(?<info>[^\r\n]+)]],
    },
    client = {
      [[(?im)^User-Agent:[ \t]*(?<user_agent>[^\r\n]*[^\s])]],
      [[(?im)^Host:[ \t]*(?<hostname>[^\s:]+|\[[^\]\s]+\])]],
    },
  },

  example {
    client = "GET /chat HTTP/1.1\r\nHost: example.org\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" ..
      "User-Agent: Mozilla/5.0\r\nSec-WebSocket-Protocol: chat, superchat\r\n" ..
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    server = "HTTP/1.1 101 Switching Protocols\r\nServer: nginx/1.24.0\r\n" ..
      "Upgrade: websocket\r\nConnection: Upgrade\r\n" ..
      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" ..
      "Sec-WebSocket-Protocol: chat\r\n\r\n" },
  example { client = "GET /chat HTTP/1.1\r\nHost: example.org\r\nUpgrade: websocket\r\nSec-WebSocket-Key: a==\r\n\r\n" },
  example {
      server = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: a=\r\n\r\n" },
  counterexample {
    client = "GET /chat HTTP/1.1\r\nHost: example.org\r\nUpgrade: websocket\r\nSec-WebSocket-Key: a==\r\n\r\n",
    server = "HTTP/1.1 400 Bad Request\r\n\r\n" },
  counterexample { client = "GET / HTTP/1.1\r\nUpgrade: tcp\r\n\r\n",
    server = "HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\n" },
}
