-- SMTP between the servers of one site, for mailboxes: the client says LHLO instead of EHLO, and each
-- recipient has an answer of its own behind the message (RFC 2033 section 4).
local banner, mailbox = require "banner", require "mailbox"
local known, between = mailbox.products("LMTP"), mailbox.between
local own = { dbmail = { "DBMail", "DBMail" }, stalwart = { "Stalwart Mail Server", "Stalwart Labs" } }

local function meaning(text)
  text = string.sub(text, 1, 300)
  local list = banner.words(text)
  local found = banner.named(list, known, between)
  if not found.product then found = banner.named(list, own, between) end
  found.os = mailbox.system(text)
  return found
end

protocol "lmtp" {
  title     = "Local Mail Transfer Protocol",
  reference = "RFC 2033 section 4, RFC 5321 section 4.2",
  category  = "mail",
  ports     = { "24/tcp" },

  -- Servers of SMTP do not know LHLO: they refuse it.
  tcp { client = starts_nocase "LHLO ", server = all { any { starts "220", starts "250" }, reply { 250 } } },
  -- The greeting names it.
  tcp { server = matches [[^220[ -][^\r\n]{0,300}\bLMTP\b]], alone = "server" },
  tcp { client = matches [[(?i)^LHLO [^ \r\n]{1,255} *\r?\n]], alone = "client", server = starts "250" },

  upgrade "tls" {},                                              -- STARTTLS (RFC 3207)

  fields {
    server = [[^(?<banner>220[ -](?:(?<hostname>[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+) )?]]
      .. banner.before(banner.time, banner.peer) .. [[)]],
    client = [[^(?i)LHLO (?<hostname>[^\s]+)]],
    describe = { banner = meaning },
  },

  probe { after = "server", send = "LHLO offport.invalid\r\n", answer = [=[^250[ -]]=] },

  example { client = "LHLO client.example.org\r\n",
    server = "220 box.example.org Dovecot ready.\r\n250-box.example.org\r\n250 PIPELINING\r\n" },
  example { server = "220 box.example.org Cyrus LMTP 3.4.3 server ready\r\n" },
  example { client = "lhlo client.example.org\r\n" },
  counterexample { client = "LHLO client.example.org\r\n",
    server = "220 mail.example.org ESMTP\r\n502 unknown\r\n" },
  counterexample { client = "EHLO client.example.org\r\n",
    server = "220 box.example.org ready\r\n250-box.example.org\r\n250 PIPELINING\r\n" },
  counterexample { server = "220 box.example.org Dovecot ready.\r\n" },
}
