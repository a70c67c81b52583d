-- The client gives its nick and user name; the server's lines begin with its own name after a colon, or with NOTICE, PING
-- or ERROR (RFC 1459 section 4.1, RFC 2812 section 3.1).
local register = command { "NICK", "CAP", "USER", "PASS", "JOIN", "PONG", "STARTTLS", "PRIVMSG" }

protocol "irc" {
  title     = "Internet Relay Chat",
  reference = "RFC 1459 sections 2.3 and 4.1, RFC 2812",
  category  = "messaging",
  ports     = { "6667/tcp", "194/tcp" },
  alternates = { "6660-6666/tcp", "6668/tcp", "6669/tcp", "7000/tcp" },

  tcp { client = register, server = any {
    -- :server.name COMMAND or :server.name 001
    matches [[^:[^ \r\n]{1,64} (?:\d{3}|NOTICE|MODE|JOIN|PRIVMSG|PING|CAP|KICK|QUIT|NICK) ]],
    starts "NOTICE ", starts "PING :", starts "ERROR :",
  } },
  tcp { server = any { starts "NOTICE AUTH :", matches [[^:[^ \r\n]{1,64} (?:NOTICE (?:AUTH|\*) :|001 [^ \r\n]+ :)]] },
    alone = "server" },
  -- Registering takes both commands, in either order; FTP has USER too, but no NICK.
  tcp { client = all { line "NICK ", matches [[(?m)^USER [^ \r\n]+ [^ \r\n]+ [^ \r\n]+ :]] }, alone = "client" },

  fields {
    server = {
      [[^(?<banner>[^\r\n]+)]],
      [[^:(?<hostname>[^ \r\n!@]+\.[^ \r\n!@]+) ]],
      [[(?m)^:[^ \r\n]+ 004 [^ \r\n]+ [^ \r\n]+ (?<version>[^ \r\n]+)]],
    },
  },

  example { client = "NICK me\r\nUSER me 0 * :Me\r\n",
    server = ":irc.example.org NOTICE * :*** Looking up your hostname\r\n" },
  example { client = "PASS x\r\nNICK me\r\nUSER me 0 * :Me\r\n" },
  counterexample { client = "USER a\r\nPASS b\r\n", server = "220 ready\r\n331 ok\r\n" },
  counterexample { client = "USER a\r\nPASS b\r\n", server = "+OK\r\n+OK\r\n" },
}
