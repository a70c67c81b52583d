-- The server greets with 200 or 201 (posting allowed or not); commands are words of their own (RFC 3977 sections 5 and 6).
protocol "nntp" {
  title     = "Network News Transfer Protocol",
  reference = "RFC 3977 sections 5.1 and 6",
  category  = "messaging",
  ports     = { "119/tcp" },
  alternates = { "433/tcp", "563/tcp" },

  -- LIST, STAT and MODE alone are FTP's too.
  tcp {
    client = any {
      starts_nocase "MODE READER", starts_nocase "LIST ACTIVE", starts_nocase "LIST NEWSGROUPS",
      command { "CAPABILITIES", "GROUP", "ARTICLE", "XOVER", "OVER", "AUTHINFO", "NEWGROUPS", "IHAVE", "LISTGROUP", "NEWNEWS",
        "XHDR", "TAKETHIS" },
    },
    server = any { starts "200 ", starts "201 ", starts "200-" },
  },
  -- The greeting names the software or the service.
  tcp {
    server = all {
      any { starts "200 ", starts "201 " },
      matches [[^20[01] [^\r\n]{0,200}(?:NNTP|NNRP|InterNetNews|[Nn]ews[ .])]],
    },
    alone = "server",
  },

  fields { server = { [[^(?<banner>20[01] [^\r\n]*)]],
    [[^20[01] [^\r\n]*?(?<product>INN|DNEWS|Leafnode|Cyrus)[^\r\n]*? v?(?<version>\d[\w.]*)]] } },

  example { client = "MODE READER\r\n", server = "200 news.example.org ready\r\n200 ok\r\n" },
  counterexample { client = "USER a\r\n", server = "220 ready\r\n" },
  counterexample { client = "LIST\r\n", server = "+OK\r\n" },
}
