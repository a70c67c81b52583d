-- The server greets with 220 and the client names itself with EHLO or HELO (RFC 5321 section 3.1); FTP has the same digits.
local hello = command { "EHLO", "HELO" }

protocol "smtp" {
  title     = "Simple Mail Transfer Protocol",
  reference = "RFC 5321 sections 3.1 and 4.1.1",
  category  = "mail",
  ports     = { "25/tcp", "587/tcp" },
  alternates = { "2525/tcp", "465/tcp", "26/tcp" },

  tcp { client = hello, server = reply { 220, 250, 421, 450, 451, 452, 500, 501, 502, 503, 550, 554 } },
  -- A session joined after the greeting.
  tcp { client = any { starts_nocase "MAIL FROM:", starts_nocase "RCPT TO:" },
        server = reply { 220, 250, 354, 421, 450, 451, 452, 500, 501, 503, 530, 550, 553, 554 } },
  -- The greeting, or a refusal instead of it, names SMTP.
  tcp { server = any {
          matches [[^220[ -][^\r\n]{0,300}\b[Ee]?SMTP]], matches [[^421[ -][^\r\n]{0,300}\b[Ee]?SMTP]],
          matches [[^554[ -][^\r\n]{0,300}\b[Ee]?SMTP]] }, alone = "server" },
  -- The greeting and then an answer to EHLO, without the word SMTP.
  tcp { client = none { starts_nocase "USER " },
        server = all { starts "220",
          matches [[(?m)^250[ -](?:PIPELINING|SIZE|8BITMIME|STARTTLS|ENHANCEDSTATUSCODES|VRFY|ETRN|DSN|CHUNKING|SMTPUTF8|AUTH[ =])]] },
        alone = "server" },
  -- The client's side alone.
  tcp { client = all { any { starts_nocase "EHLO ", starts_nocase "HELO " },
    matches [[^[A-Za-z]{4} [^ \r\n]{1,255} *\r?\n]] }, server = starts "220", alone = "client" },

  fields {
    server = {
      [[^(?<banner>\d{3}[ -][^\r\n]*)]],
      [[^(?:220|421|554)[ -](?<hostname>[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+)]],
      [[^220[ -][^\r\n]*?(?<product>Microsoft Exchange|Microsoft E?SMTP MAIL(?: Service)?|Exim|Sendmail|Postfix)]],
      [[^220[ -][^\r\n]*?\bE?SMTP (?:Server )?(?<product>(?!Server|Service|MAIL|Mail|Ready|Version|Receiver)[A-Z][A-Za-z_-]+)]],
      [[(?i)^220[ -][^\r\n]*?\bversion:? ?v?(?<version>\d[\w.]*)]],
      [[^220[ -][^\r\n]*?\bE?SMTP \(?(?:[A-Za-z][\w-]* )*[A-Za-z][\w-]*[ /(-]+v?(?<version>\d+\.\d[\w.]*)]],
      [=[^220[ -][^\r\n]*? \(?[A-Za-z]+[ /]v?(?<version>\d+\.\d[\w.]*)[ )]]=],
      [[^220[ -][^\r\n]*?\((?<os>Debian|Ubuntu|FreeBSD|CentOS|Raspbian)\b]],
    },
    client = [[^(?i)(?:EHLO|HELO) (?<hostname>[^\s]+)]],
  },

  example { client = "EHLO client.example.org\r\n", server = "220 mail.example.org ESMTP Demo\r\n250 Hello\r\n" },
  example { client = "helo me\r\nmail from:<a@example.org>\r\n", server = "220 ready\r\n250 ok\r\n" },
  example { server = "220 mail.example.org ESMTP\r\n" },
  example { client = "EHLO client.example.org\r\nMAIL FROM:<a@example.org>\r\n" },
  example { client = "QUIT\r\n", server = "220 mail.example.org ESMTP\r\n221 Bye\r\n" },
  counterexample { client = "USER anonymous\r\n", server = "220 ready\r\n331 Password\r\n" },
  counterexample { client = "QUIT\r\n", server = "220 example.org FTP server ready\r\n221 Bye\r\n" },
  counterexample { server = "220 ready\r\n" },
  counterexample { client = "USER a\r\n", server = "+OK ready\r\n" },
}
