-- The client names two ports, the server repeats them and says USERID or ERROR (RFC 1413 section 4).
local digit = bytes "[30-39] [09-39]"

protocol "ident" {
  title     = "Identification protocol (ident)",
  reference = "RFC 1413 section 4",
  category  = "legacy",
  also      = { "auth" },
  ports     = { "113/tcp" },

  tcp { client = all { digit, matches [[^\d{1,5}[ \t]*,[ \t]*\d{1,5}[ \t]*\r?\n]] },
        server = all { digit, matches [[^\d{1,5}[ \t]*,[ \t]*\d{1,5}[ \t]*:[ \t]*(?:USERID|ERROR)[ \t]*:]] },
        alone = "server" },

  -- Not the user: another for each question.
  fields { server = [[USERID[ \t]*:[ \t]*(?<os>[^:\r\n,]{1,32}?)[ \t]*(?:,[^:]*)?:]] },

  example { client = "6193, 23\r\n", server = "6193, 23 : USERID : UNIX : stjohns\r\n" },
  example { server = "6195,23:ERROR:NO-USER\r\n" },
  counterexample { client = "6193, 23\r\n", server = "6193, 23 : HELLO : UNIX\r\n" },
}
