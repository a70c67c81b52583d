-- The server greets with its capabilities, a quoted name and perhaps a quoted value on each line, then OK
-- (RFC 5804 sections 1.7 and 2.4).
local banner, mailbox = require "banner", require "mailbox"
local known = mailbox.products("Sieve")
-- What may stand between a name and its number.
local between = { timsieved = true, sieve = true, managesieve = true, pigeonhole = true, debian = true }

protocol "managesieve" {
  title     = "ManageSieve",
  reference = "RFC 5804 sections 1.7 and 2.4",
  category  = "mail",
  also      = { "sieve" },
  ports     = { "4190/tcp" },

  tcp { server = all { starts "\"", line_nocase "\"IMPLEMENTATION\" ", line_nocase "\"SIEVE\" " },
    alone = "server" },
  -- The client logs in, by a mechanism's name, before anything of the server is in the capture; others put
  -- passwords there.
  tcp { client = all { starts_nocase "AUTHENTICATE \"", matches [[(?i)^AUTHENTICATE "(?:PLAIN|LOGIN|CRAM-MD5|DIGEST-MD5|SCRAM-SHA-[\w-]+|GSS-?[A-Z]+|EXTERNAL|NTLM|XOAUTH2|OAUTHBEARER)"]] },
    server = any { starts_nocase "OK", starts_nocase "NO", starts "\"", starts "{" }, alone = "client" },

  upgrade "tls" {},                                              -- STARTTLS (RFC 5804 section 2.2)

  fields {
    server = [[(?im)^"IMPLEMENTATION" "(?<banner>[^"\r\n]+)"]],
    client = [[(?im)^(?<login>AUTHENTICATE "(?:PLAIN|LOGIN)")]],
    describe = {
      banner = function(text)
        text = string.sub(text, 1, 300)
        local found = banner.named(banner.words(text), known, between)
        found.os = mailbox.system(text)
        return found
      end,
    },
  },

  probe { after = "server", send = "CAPABILITY\r\n" },

  example { client = "CAPABILITY\r\n",
    server = "\"IMPLEMENTATION\" \"Dovecot Pigeonhole\"\r\n\"SIEVE\" \"fileinto vacation\"\r\n\z
      \"SASL\" \"PLAIN\"\r\n\"STARTTLS\"\r\n\"VERSION\" \"1.0\"\r\nOK \"ready.\"\r\n" },
  example { server = "\"IMPLEMENTATION\" \"Cyrus timsieved v2.4.18\"\r\n\"SASL\" \"PLAIN\"\r\n\z
      \"SIEVE\" \"fileinto reject\"\r\nOK\r\n" },
  example { client = "Authenticate \"PLAIN\" {8+}\r\nAGEAYg==\r\n" },
  counterexample { client = "CAPABILITY\r\n", server = "\"IMPLEMENTATION\" \"Demo\"\r\nOK\r\n" },
  counterexample { client = "AUTHENTICATE \"secret\"\r\nGETINFO version\r\n" },
  counterexample { client = "a1 AUTHENTICATE PLAIN\r\n", server = "+ \r\n" },
}
