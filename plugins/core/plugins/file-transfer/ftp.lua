-- The server greets with 220 (or 120, 421); SMTP greets with the same digits, so a greeting alone never decides.
local ftp_words = command {
  "USER", "AUTH", "HOST", "CLNT", "FEAT", "OPTS", "SYST", "ACCT", "PBSZ", "PROT", "ADAT", "TYPE", "PASV", "EPSV", "PORT",
  "EPRT", "LIST", "NLST", "MLSD", "MLST", "RETR", "STOR", "STOU", "APPE", "CWD", "XCWD", "PWD", "XPWD", "CDUP", "SIZE",
  "MDTM", "DELE", "RNFR", "MKD", "RMD", "SITE", "STRU", "REIN",
}
-- What opens a conversation with a mail server; AUTH follows it there.
local mail_words = any {
  starts_nocase "EHLO", starts_nocase "HELO", starts_nocase "LHLO", starts_nocase "MAIL FROM", starts_nocase "RCPT TO",
}

-- A greeting with the word SMTP is a mail server's, even when it is told USER.
local function greets_as_mail(m)
  local v = m.server
  local word, stop = v:find(0, "SMTP"), v:find(0, "\n")
  return word ~= nil and v:starts(0, "220") and (stop == nil or word < stop)
end

protocol "ftp" {
  title     = "File Transfer Protocol",
  reference = "RFC 959 section 5.4, RFC 2228, RFC 2428, RFC 3659",
  category  = "file-transfer",
  ports     = { "21/tcp" },
  alternates = { "2121/tcp", "2100/tcp", "2811/tcp", "8021/tcp" },

  -- A command of FTP and a three-digit reply.  Some of these answers show only in sessions joined midway.
  tcp {
    client = all { none { mail_words }, ftp_words },
    server = reply { 220, 120, 421, 230, 331, 332, 530, 215, 227, 229, 234, 334, 257, 500, 502, 503 },
    check = function(m) return not greets_as_mail(m) end,
  },
  -- The greeting names FTP, whatever the client said.
  tcp {
    client = none { mail_words },
    server = matches [[^220[ -](?:[^\r\n]{0,200}(?<![A-Za-z])(?i:ftp|[a-z-]{2,12}ftpd?\b))]],
    alone = "server",
  },
  -- Answers that mail never gives: 331 password wanted, 230 logged in, 215 system, 227 and 229 passive, 234 protected.
  tcp {
    client = none { mail_words },
    server = all { starts "220", reply { 331, 332, 230, 215, 227, 229, 234 } },
    alone = "server",
  },
  -- A whole login without its answers.  POP3 logs in with the same two words, so a third one must be FTP's own.
  tcp {
    client = all {
      command { "USER" }, command { "PASS" },
      command { "SYST", "PASV", "EPSV", "PORT", "EPRT", "TYPE", "FEAT", "CWD", "PWD", "SIZE", "STOR", "OPTS" },
    },
    server = reply { 220, 120, 331, 230 },
    alone = "client",
  },

  fields {
    server = {
      [[^(?<banner>\d{3}[ -][^\r\n]*)]],
      [[(?m)^220[ -][^\r\n]*?(?<product>[A-Za-z][A-Za-z-]*[Ff][Tt][Pp][Dd]|GridFTP|Microsoft FTP Service|FileZilla Server|Serv-U|[A-Z][A-Za-z-]+ FTP(?= [Ss]erver| [Ss]ervice))]],
      [[(?im)^220[ -][^\r\n]*?\bver(?:sion)?[ :.]*(?:[a-z]+-)?v?(?<version>\d[\w.]*)]],
      [[(?im)^220[ -][^\r\n]*?(?:ftpd?|server|service)[ /(-]+v?(?<version>\d+\.\d[\w.]*)]],
      [[^220[ -](?<hostname>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+) (?i:ftp|gridftp)]],
      [[(?m)^215 (?<os>UNIX|Windows_NT|VMS|OS/400|MVS)]],
    },
  },

  -- The data connection opens from the side that did not name the endpoint (RFC 959 section 4.1.2, RFC 2428).
  expect_flow { client = "PORT ", notation = "ftp", as = "ftp-data" },
  expect_flow { client = "EPRT ", notation = "extended", as = "ftp-data" },
  expect_flow { server = "227 ", notation = "ftp", as = "ftp-data" },
  expect_flow { server = "229 ", notation = "extended", as = "ftp-data" },

  example { client = "USER anonymous\r\n", server = "220 Welcome\r\n331 Send password\r\n" },
  example { client = "auth tls\r\n", server = "220-Hello\r\n220-There are rules\r\n220 Go\r\n234 Proceed\r\n" },
  example { client = "QUIT\r\n", server = "220 example.org FTP server ready\r\n" },
  example { server = "220 (DemoFTPd 1.2.3)\r\n" },
  example { client = "USER a\r\nPASS b\r\nSYST\r\nPASV\r\n" },
  counterexample { client = "EHLO example.org\r\nAUTH PLAIN\r\n",
    server = "220 mail.example.org ESMTP\r\n250 AUTH PLAIN\r\n" },
  counterexample { client = "USER a\r\nPASS b\r\n", server = "+OK POP3 ready\r\n+OK\r\n" },
  counterexample { client = "QUIT\r\n", server = "220 mail.example.org ESMTP\r\n221 Bye\r\n" },
  counterexample { server = "220 ready\r\n" },
  counterexample { client = "NICK a\r\nUSER a 0 * :a\r\n", server = ":irc.example.org NOTICE * :hello\r\n" },
}
