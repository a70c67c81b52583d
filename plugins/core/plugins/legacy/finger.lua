-- The client asks with one line; the server tells about users.  The words "Login", "Name" and "Directory" are
-- those of the BSD program and of those that follow it (RFC 1288 sections 2.3 and 2.5).
local one_line = matches [[^[\x20-\x7e]{0,255}\r?\n\z]]

protocol "finger" {
  title     = "Finger user information",
  reference = "RFC 1288",
  category  = "legacy",
  ports     = { "79/tcp" },

  -- A user, or the table of all users.
  tcp { client = one_line, server = any {
    matches [[^Login(?: name)?: [^\r\n]{1,80}(?:Name|In real life): ]],
    matches [[^Login +(?:Name|User) .{0,80}(?i:tty|when|idle|office)]],
    starts "No one logged on",                                   -- the table, when it is empty
  } },
  -- /W asks for more than usual; nothing else begins a line so.
  tcp { client = matches [[^/W(?: [\x21-\x7e]{0,64})?\r\n\z]], server = matches [[^[\x09-\x7e]{4}]] },

  fields { client = [[^(?:/W ?)?(?<info>[\x21-\x7e]{1,64})]] },

  probe { home = true, send = "\r\n" },

  example { client = "alice\r\n",
    server = "Login: alice           \t\t\tName: Alice Example\r\nDirectory: /home/alice\r\n" },
  example { client = "\r\n", server = "Login     Name       Tty      Idle  Login Time\r\n" },
  example { client = "\r\n", server = "No one logged on.\r\n" },
  example { client = "/W bob\r\n", server = "Never logged in.\r\n" },
  counterexample { client = "alice\r\n", server = "Login: \r\nPassword: \r\n" },
  counterexample { client = "example.org\r\n", server = "Domain Name: EXAMPLE.ORG\r\n" },
}
