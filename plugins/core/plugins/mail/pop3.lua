-- The server greets with +OK and some text; commands are words (RFC 1939 sections 3 and 4, RFC 2449, RFC
-- 2595).
local banner, mailbox = require "banner", require "mailbox"
local known, between, is_name = mailbox.products("POP"), mailbox.between, mailbox.is_name

-- What stands in angle brackets is a time stamp for APOP: no word of it counts.
local function meaning(text)
  text = string.sub(text, 1, 300)
  local stop = 1
  while stop <= #text and string.byte(text, stop) ~= 60 do stop = stop + 1 end
  local list = banner.words(string.sub(text, 1, stop - 1))
  local found = banner.named(list, known, between)
  found.os = mailbox.system(text)
  for i, word in ipairs(list) do
    local lower, after = string.lower(word), list[i + 1]
    -- Name 2.1 POP, Some Name POP3 server
    if not found.product and i > 2 and (lower == "pop" or string.sub(lower, 1, 4) == "pop3") then
      local at = banner.number(list[i - 1]) and i - 2 or i - 1
      if is_name(list[at]) then
        found.product = is_name(list[at - 1]) and list[at - 1] .. " " .. list[at] or list[at]
      end
    end
    if not found.version and after and i > 1 then
      local first = string.byte(after)
      if lower == "version" or first == 118 then found.version = banner.number(after) end
    end
  end
  -- Name ready, Name at host
  if not found.product and is_name(list[2]) and (list[3] == "ready" or list[3] == "at") then
    found.product = list[2]
  end
  return found
end

protocol "pop3" {
  title     = "Post Office Protocol 3",
  reference = "RFC 1939 sections 3 and 4",
  category  = "mail",
  ports     = { "110/tcp" },
  alternates = { "1110/tcp", "995/tcp" },

  -- +OK alone is also Redis; its commands are others, though words in its arrays may be the same.
  tcp { client = all { command { "USER", "CAPA", "APOP", "STLS", "STAT", "LIST", "UIDL", "RETR", "PASS",
    "TOP", "DELE", "XTND" }, none { bytes "2A [31-39]" } },
        server = any { starts "+OK", starts "-ERR" } },
  tcp { client = command { "AUTH", "QUIT", "NOOP" }, server = matches [[^\+OK [^\r\n]{2}]] },
  -- A greeting that says POP, or ends in the timestamp that APOP needs.
  tcp { server = matches [[^\+OK [^\r\n]{0,200}(?:POP|<[^@>\r\n ]+@[^>\r\n ]+>)]], alone = "server" },
  -- A greeting in words, and then that nothing was understood; or one that names a server of mailboxes.
  tcp { server = matches [[^\+OK [^\r\n]{2,400}\r\n-ERR ]], alone = "server" },
  tcp { server = matches([[^\+OK [^\r\n]{0,100}(?:Dovecot|Cyrus|Qpopper|QPOP|Courier|Zimbra|Exchange)]]
    .. [[[^\r\n]{0,200} (?i:ready|starting)]]), alone = "server" },
  -- FTP logs in and fetches with the same words; messages have numbers, files have names.
  tcp { client = all { starts_nocase "USER ", command { "PASS" }, command { "STAT", "UIDL", "LIST", "RETR" },
    matches [[(?i)^USER [^\r\n]*\r?\n(?:[^\r\n]*\r?\n){1,8}?(?:(?:STAT|UIDL|LIST)(?: \d{1,9})?|RETR \d{1,9}) ?\r?\n]],
    none { command { "SYST", "TYPE", "PASV", "PORT", "EPSV", "EPRT", "CWD", "PWD" } } },
        server = starts "+OK", alone = "client" },

  upgrade "tls" {},                                              -- STLS (RFC 2595 section 4)

  fields {
    -- Not the time stamp for APOP, another in each session.
    server = [[^(?<banner>\+OK(?: (?<hostname>[a-z0-9-]+(?:\.[a-z0-9-]+)+)\b)?]]
      .. banner.before(banner.blanks .. [[<[^<>\x20\r\n]*@]], banner.time, banner.peer, mailbox.session)
      .. [[)]],
    client = [[(?im)^(?<login>USER|PASS|AUTH (?:PLAIN|LOGIN))\b]],
    describe = { banner = meaning },
  },

  probe { after = "server", send = "CAPA\r\n" },

  example { client = "CAPA\r\n", server = "+OK ready\r\n+OK\r\nUSER\r\n.\r\n" },
  example { client = "USER a\r\nPASS b\r\n", server = "+OK\r\n+OK\r\n" },
  example { client = "DELE 1\r\n", server = "+OK deleted\r\n" },
  example { server = "+OK POP3 server ready <1.2@example.org>\r\n" },
  example { client = "USER a\r\nPASS b\r\nLIST\r\nRETR 1\r\n" },
  example { client = "QUIT\r\n", server = "+OK Dovecot ready.\r\n+OK Logging out\r\n" },
  counterexample { client = "USER a\r\nPASS b\r\nRETR report.txt\r\n" },
  example { server = "+OK Dovecot ready.\r\n" },
  example { client = "GET / HTTP/1.0\r\n\r\n", server = "+OK ready\r\n-ERR Unknown command.\r\n" },
  counterexample { server = "+OK\r\n-ERR unknown command\r\n" },
  counterexample { server = "+OK ready\r\n" },
  counterexample { client = "QUIT\r\n", server = "+OK\r\n+OK\r\n" },
  counterexample { client = "PING\r\n", server = "+PONG\r\n" },
  counterexample { client = "*3\r\n$8\r\nREPLCONF\r\n$4\r\ncapa\r\n$3\r\neof\r\n",
    server = "+OK\r\n+OK\r\n" },
  counterexample { client = "AUTH secret\r\n", server = "+OK\r\n" },
  counterexample { client = "USER a\r\nPASS b\r\nRETR notes.txt\r\n" },
  counterexample { client = "USER a\r\n", server = "220 FTP ready\r\n331 ok\r\n" },
}
