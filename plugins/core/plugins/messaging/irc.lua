-- The client gives its nick and user name; the server's lines begin with its own name after a colon, or with
-- NOTICE, PING or ERROR (RFC 1459 section 4.1, RFC 2812 section 3.1).
local register = command { "NICK", "CAP", "USER", "PASS", "JOIN", "PONG", "STARTTLS", "PRIVMSG" }

local speaks = any {
  -- :server.name COMMAND or :server.name 001
  matches [[^:[^ \r\n]{1,64} (?:\d{3}|NOTICE|MODE|JOIN|PRIVMSG|PING|CAP|KICK|QUIT|NICK) ]],
  starts "NOTICE ", starts "PING :", starts "ERROR :",
}

-- Numeric 004 names the software, but behind capabilities and notices.  This always holds, though not before
-- 004, a farewell, 1 KB or the end, so that the fields find it.
local registered = any { contains " 004 ", line "ERROR :", none { contains " 004 " } }

-- Before the version, if anything: Name-1.2.3, two-names-1.2.3, Name(1.2.3), Unreal3.2, but u2.10.
local software = [[(?:(?<product>Unreal(?=\d)|[A-Za-z][A-Za-z]+\d?[A-Za-z]*(?:-[A-Za-z]+(?=-\d))?(?=[-(]))[-(]?)?]]

protocol "irc" {
  title     = "Internet Relay Chat",
  reference = "RFC 1459 sections 2.3 and 4.1, RFC 2812",
  category  = "messaging",
  ports     = { "6667/tcp", "194/tcp" },
  alternates = { "6660-6666/tcp", "6668/tcp", "6669/tcp", "7000/tcp" },

  tcp { client = register, server = all { speaks, registered } },
  tcp { server = all { any { starts "NOTICE AUTH :",
    matches [[^:[^ \r\n]{1,64} (?:NOTICE (?:AUTH|\*) :|001 [^ \r\n]+ :)]] }, registered },
    alone = "server" },
  -- Not registered (451), whatever was said (RFC 2812 section 5.2).
  tcp { server = matches [[^:[A-Za-z0-9.-]{1,64} 451 [^ \r\n:]{1,32} (?:[^ \r\n:]{1,32} )?:[^\r\n]{4,}\r\n]],
    alone = "server" },
  -- Joined midway: a command, and messages with their origin.
  tcp { client = all { command { "PING", "PONG", "PRIVMSG", "JOIN", "NOTICE", "WHO", "WHOIS", "MODE" },
      none { starts "CAP ", starts "PASS ", starts "NICK ", starts "USER " } },
    server = matches [[^:[^ \r\n]{1,64} (?:PONG|PRIVMSG|JOIN|PART|QUIT|MODE|NOTICE|NICK|[0-5]\d\d) ]] },
  -- Registering takes both commands, in either order; FTP has USER too, but no NICK.
  tcp { client = all { line "NICK ", matches [[(?m)^USER [^ \r\n]+ [^ \r\n]+ [^ \r\n]+ :]] },
    server = all { speaks, registered },
    alone = "client" },

  upgrade "tls" {},                                              -- STARTTLS (IRCv3 tls)

  fields {
    server = {
      -- What is said to all: notices to nobody yet, what the server can do, a welcome or an error without the name
      -- it is for; not what users say.  That name is looked for where a run of blanks and commas begins, so that
      -- a line full of them is read through once.
      [[^(?<banner>(?::[^ !\r\n]+ )?NOTICE (?:\*|AUTH) [^\r\n(]*[^\r\n( ])]],
      [[^:[^ !\r\n]+ CAP [^ \r\n]+ (?<banner>LS [^\r\n]+)]],
      [[^:[^ !\r\n]+ (?:001|020|[45]\d\d|670) ([^ \r\n]++)?+ (?:[^: \r\n][^ \r\n]* )*+:?(?<banner>[^\r\n]+?)]]
        .. [[(?=(?<![ ,])[ ,]++(?:\1(?![\w-])|[^ ,!\r\n]++![^ ,@\r\n]++@)|[\r\n]|\z)]],
      [[^:(?<hostname>[^ \r\n!@]+\.[^ \r\n!@]+) ]],
      -- 004 (RFC 2812 section 5.1) gives the version; 002 says the same in words.
      [[(?m)^:[^ \r\n]+ 004 [^ \r\n]+ [^ \r\n]+ ]] .. software .. [[(?<version>[^ \r\n]+)]],
      [[(?m)^:[^ \r\n]+ 002 [^\r\n]*running version ]] .. software .. [[(?<version>[^ ,\r\n]+)]],
      [[(?m)^:[^ \r\n]+ 002 [^\r\n]* is running (?<product>[A-Z][A-Za-z]+) (?<version>\d[\w.-]*\w)]],
    },
  },

  identify { server = [[^:[^ \r\n]+ NOTICE (?:\*|AUTH) :BitlBee-IRCd ]],
    gives = { product = "BitlBee", vendor = "BitlBee" } },

  probe { send = "NICK offport\r\nUSER offport 0 * :offport\r\n" },

  example { server = ":irc.example.org 451 * :You have not registered\r\n" },
  counterexample { server = ":irc.example.org 451\r\n" },
  example { client = "NICK me\r\nUSER me 0 * :Me\r\n",
    server = ":irc.example.org NOTICE * :*** Looking up your hostname\r\n" },
  example { client = "CAP LS 302\r\nNICK me\r\nUSER me 0 * :Me\r\n",
    server = ":irc.example.org CAP * LS :sasl\r\n:irc.example.org 001 me :Welcome\r\n"
      .. ":irc.example.org 004 me irc.example.org example-1.2 ab cd\r\n" },
  example { client = "NICK me\r\nUSER me 0 * :Me\r\n",
    server = ":irc.example.org 001 me :Welcome to the Internet Relay Network me!me@192.0.2.1\r\n" ..
      ":irc.example.org 002 me :Your host is irc.example.org, running version " ..
      "ircd-hybrid-8.2.43\r\n" },
  example { client = "NICK me\r\nUSER me 0 * :Me\r\n",
    server = ":192.0.2.1 NOTICE * :BitlBee-IRCd initialized, please go on\r\n"
      .. ":192.0.2.1 001 me :Welcome to the BitlBee gateway, me\r\n"
      .. ":192.0.2.1 002 me :Host 192.0.2.1 is running BitlBee 3.6.\r\n"
      .. ":192.0.2.1 004 me 192.0.2.1 3.6 abiswRo ntC\r\n" },
  -- Left before registering: what the server says then is no greeting.
  example { client = "NICK me\r\nQUIT\r\n", server = "ERROR :Closing connection\r\n" },
  -- The server alone, before anybody has registered.
  example { server = ":irc.example.org NOTICE AUTH :*** Looking up your hostname\r\n" },
  example { client = "PASS x\r\nNICK me\r\nUSER me 0 * :Me\r\n" },
  example { client = "PING :a\r\n", server = ":irc.example.org PONG irc.example.org :a\r\n" },
  counterexample { client = "PING :a\r\n", server = ":irc.example.org\r\n" },
  counterexample { client = "USER a\r\nPASS b\r\n", server = "220 ready\r\n331 ok\r\n" },
  counterexample { client = "NICK me\r\nUSER me 0 * :Me\r\n", server = "220 ready\r\n500 unknown\r\n" },
  counterexample { client = "USER me 0 * :Me\r\n" },
  counterexample { client = "USER a\r\nPASS b\r\n", server = "+OK\r\n+OK\r\n" },
}
