-- The client says two blanks and V2, then a command on a line; the server answers frames: a length, a type 0
-- to 2, and the words OK, _heartbeat_, E_... or an object (NSQ TCP protocol specification).
local answer = any { bytes "00 00 00 06 00 00 00 00 4F 4B", bytes "00 00 ?? ?? 00 00 00 00 7B 22",
  bytes "00 00 00 ?? 00 00 00 01 45 5F", bytes "00 00 00 0F 00 00 00 00 5F 68" }

protocol "nsq" {
  title     = "NSQ",
  reference = "NSQ TCP protocol specification",
  category  = "messaging",
  ports     = { "4150/tcp" },

  tcp { client = matches [[^  V2(?:IDENTIFY\n|SUB |PUB |MPUB |AUTH\n|NOP\n|CLS\n)]], server = answer,
      alone = "client" },

  fields {
    client = [["user_agent": ?"(?<user_agent>[^"]+)"]],
    server = [["version": ?"(?<version>\d[^"]*)"]],
  },

  example { client = "  V2IDENTIFY\n\0\0\0\2{}", server = "\0\0\0\6\0\0\0\0OK" },
  -- Who asks for features is answered with those of the server.
  example { client = "  V2IDENTIFY\n\0\0\0\x46" ..
      [[{"client_id":"a","feature_negotiation":true,"user_agent":"nsqjs/0.13"}]],
    server = "\0\0\0\x3B\0\0\0\0" .. [[{"max_rdy_count":2500,"version":"1.2.1","tls_v1":false}]] },
  counterexample { client = "  V2 is out\n", server = "OK" },
}
