-- Charging stations: a WebSocket whose subprotocol is ocpp1.6, ocpp2.0.1 and so on (OCPP-J 1.6 section 3).
protocol "ocpp" {
  title     = "Open Charge Point Protocol",
  reference = "OCPP-J 1.6 section 3, OCPP 2.0.1 part 4",
  category  = "iot",
  dynamic   = true,                                              -- rides on HTTP, at any port

  tcp { client = all { starts "GET /", header "Sec-WebSocket-Protocol: ocpp" },
        server = all { starts "HTTP/1.1 101", header "Sec-WebSocket-Protocol: ocpp" },
          alone = { "client", "server" } },

  fields {
    server = [[(?im)^Sec-WebSocket-Protocol:[ \t]*(?<protocol_version>ocpp[\d.]+)]],
    client = { [[^GET /\S*/(?<device>[^/ ]+) HTTP]], [[(?im)^User-Agent:[ \t]*(?<user_agent>[^\r\n]+)]] },
  },

  example { client = "GET /ocpp/CP001 HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n" ..
      "User-Agent: Python/3.11 websockets/12.0\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n",
    server = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n" ..
      "Sec-WebSocket-Protocol: ocpp1.6\r\n\r\n" },
  counterexample { client = "GET /chat HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Protocol: chat\r\n\r\n",
    server = "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Protocol: chat\r\n\r\n" },
}
