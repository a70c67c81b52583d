-- The server greets with an untagged OK, PREAUTH or BYE; each command of the client begins with a tag of its choice
-- (RFC 9051 sections 2.2, 7.1 and RFC 3501).
local greeting = any { starts "* OK", starts "* PREAUTH", starts "* BYE" }

protocol "imap" {
  title     = "Internet Message Access Protocol",
  reference = "RFC 9051 sections 2.2 and 7.1, RFC 3501",
  category  = "mail",
  ports     = { "143/tcp" },
  alternates = { "1143/tcp", "220/tcp", "993/tcp" },

  tcp { client = matches [[(?i)^[^ \r\n(){%*"\\+]{1,40} (?:CAPABILITY|NOOP|LOGOUT|STARTTLS|AUTHENTICATE|LOGIN|SELECT|EXAMINE|ID|LIST|LSUB|ENABLE|STATUS|COMPRESS|NAMESPACE|UID|FETCH|IDLE)\b]],
        server = any { greeting, starts "* CAPABILITY ", starts "* ID " } },
  -- A greeting that names itself, or lists what it can do.
  tcp { server = all { greeting, any { matches [[^\* [A-Z]+ [^\r\n]{0,300}IMAP]], contains "[CAPABILITY " } },
    alone = "server" },

  fields {
    server = {
      [[^(?<banner>\* (?:OK|PREAUTH|BYE)[^\r\n]*)]],
      [[^\* OK (?:\[[^\]\r\n]*\] )?[^\r\n]*?(?<product>(?!CAPABILITY)[A-Z][A-Za-z]+(?: [A-Z][a-z]+)?)(?: [\w.]+)? IMAP]],
      [[^\* OK (?:\[[^\]\r\n]*\] )(?<product>[A-Z][A-Za-z]+) ]],
      [[(?i)^\* OK [^\r\n]*?\b(?:version|release) ?v?(?<version>\d[\w.]*)]],
      [[^\* OK [^\r\n]*? v(?<version>\d+\.\d[\w.]*)]],
    },
  },

  example { client = "a1 CAPABILITY\r\n", server = "* OK ready\r\n* CAPABILITY IMAP4rev1\r\na1 OK\r\n" },
  example { server = "* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n" },
  counterexample { client = "USER a\r\n", server = "+OK ready\r\n" },
  counterexample { server = "* OK hello\r\n" },
}
