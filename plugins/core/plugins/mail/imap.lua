-- The server greets with an untagged OK, PREAUTH or BYE; each command of the client begins with a tag of its
-- choice (RFC 9051 sections 2.2, 7.1 and RFC 3501).
local banner, mailbox = require "banner", require "mailbox"
local greeting = any { starts "* OK", starts "* PREAUTH", starts "* BYE" }
local known, between, is_name = mailbox.products("IMAP"), mailbox.between, mailbox.is_name

-- What stands in square brackets are capabilities: no word of it counts.
local function meaning(text)
  text = string.sub(text, 1, 300)
  local from, stop = 1, 1
  while stop <= #text and string.byte(text, stop) ~= 93 do stop = stop + 1 end
  if stop < #text and string.byte(text, 6) == 91 then from = stop + 1 end
  local list = banner.words(string.sub(text, from))
  local found = banner.named(list, known, between)
  found.os = mailbox.system(text)
  local start = from == 1 and 3 or 1                             -- behind * OK
  for i, word in ipairs(list) do
    local lower, after = string.lower(word), list[i + 1]
    if not found.product and i > start and string.sub(lower, 1, 4) == "imap" then
      local at = banner.number(list[i - 1]) and i - 2 or i - 1
      if at >= start and is_name(list[at]) then
        local whole = at > start and is_name(list[at - 1])
        found.product = whole and list[at - 1] .. " " .. list[at] or list[at]
      end
    end
    if not found.version and after then
      local first = string.byte(after)
      local is_next = lower == "version" or lower == "release" or first == 118
      if is_next then found.version = banner.number(after) end
    end
  end
  if not found.product and from > 1 and list[2] and is_name(list[1]) then found.product = list[1] end
  return found
end

local tagged = matches [[(?i)^[^ \r\n(){%*"\\+]{1,40} (?:CAPABILITY|NOOP|LOGOUT|STARTTLS|AUTHENTICATE|LOGIN|SELECT|IDLE|UID|FETCH|STORE|SEARCH|APPEND|EXPUNGE|CLOSE|EXAMINE|ID|LIST|LSUB|ENABLE|STATUS|COMPRESS|NAMESPACE|CREATE|DELETE|RENAME|SUBSCRIBE|UNSUBSCRIBE|CHECK|COPY|MOVE|UNSELECT)\b]]

-- An answer has the tag of its command, in which clients count.  ACAP has the same, but its words are in
-- quotes or parentheses.
local tagged_answer = all { bytes "[30-39,41-5A,61-7A] [20,2E,30-39,41-5A,61-7A]",
  matches [=[^[A-Za-z.]{0,40}[0-9][0-9A-Za-z.]{0,40} (?:OK|NO|BAD) [^"(]]=] }
local function same_tag(m)
  local tag = m.server:bytes(0, m.server:find(0, " ") + 1)
  return m.client:starts(0, tag) or m.client:find(0, "\n" .. tag) ~= nil
end

protocol "imap" {
  title     = "Internet Message Access Protocol",
  reference = "RFC 9051 sections 2.2 and 7.1, RFC 3501",
  category  = "mail",
  ports     = { "143/tcp" },
  alternates = { "1143/tcp", "220/tcp", "993/tcp" },

  tcp { client = tagged,
        server = any { greeting, starts "* CAPABILITY ", starts "* ID " } },
  -- Joined midway: what mailboxes hold, and messages by their number (RFC 9051 section 7).
  tcp { client = tagged, server = any { starts "* FLAGS (", starts "* LIST (", starts "* LSUB (",
    starts "* SEARCH", starts "* STATUS ",
      starts "* NAMESPACE (", starts "+ idling",
      matches [[^\* \d{1,9} (?:EXISTS|RECENT|FETCH|EXPUNGE)\b]] } },
  tcp { server = any { matches [[^\* \d{1,9} (?:EXISTS|RECENT|FETCH \(|EXPUNGE)]],
    matches [[^\* FLAGS \(\\[A-Z][a-z]+]] }, alone = "server" },
  tcp { client = tagged, server = tagged_answer, check = same_tag },
  -- A greeting that names itself, or lists what it can do.
  tcp { server = all { greeting, any { matches [[^\* [A-Z]+ [^\r\n]{0,300}IMAP]], contains "[CAPABILITY " } },
    alone = "server" },

  upgrade "tls" {},                                              -- STARTTLS (RFC 9051 section 6.2.1)

  fields {
    server = {
      [[(?x) ^ (?<banner> \*[ ](?:OK|PREAUTH|BYE) (?:[ ]\[[^\]\r\n]*\])?
        (?: [ ] (?<hostname> [a-z0-9-]+ (?:\.[a-z0-9-]+)+ ) [ ] )? ]]
        .. banner.before(banner.time, banner.peer, mailbox.session) .. [[ ) ]],
      -- The answer to ID (RFC 2971), where the client asked in time; some say NAME.
      [[(?im)^\* ID \([^)\r\n]*?"name" "(?<software>[^"\r\n]+)"]],
    },
    client = [[(?im)^[^ \r\n]{1,20} (?<login>LOGIN|AUTHENTICATE "?(?:PLAIN|LOGIN))\b]],
    describe = { banner = meaning },
  },

  probe { after = "server", send = "a1 CAPABILITY\r\n" },

  example { client = "a1 CAPABILITY\r\n", server = "* OK ready\r\n* CAPABILITY IMAP4rev1\r\na1 OK\r\n" },
  example { server = "* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n" },
  example { client = "a2 SELECT INBOX\r\n",
    server = "* 18 EXISTS\r\n* FLAGS (\\Answered)\r\na2 OK done\r\n" },
  -- Joined midway, and the client not heard.
  example { server = "* 18 EXISTS\r\n* 2 RECENT\r\n* OK [UIDVALIDITY 1] UIDs valid\r\n" },
  example { client = "a1 ID NIL\r\na2 LOGIN alice secret\r\n",
    server = "* OK ready\r\n* ID (\"NAME\" \"Zimbra\" \"VERSION\" \"8.8.15_GA_4562\")\r\n"
      .. "a1 OK ID completed\r\n" },
  example { client = "a1 LOGIN bob secret\r\n", server = "a1 NO [AUTHENTICATIONFAILED] no\r\n" },
  -- Joined while a command before it was answered.
  example { client = "A17 MOVE 4 Old\r\nA18 NOOP\r\n", server = "A18 OK done\r\n" },
  counterexample { client = "a1 NOOP\r\n", server = "a2 OK done\r\n" },
  counterexample { client = "a1 NOOP\r\n", server = "a1 OK \"done\"\r\n" },
  counterexample { client = "disk CHECK /var\n", server = "disk OK 45% used\n" },
  counterexample { client = "a2 SELECT INBOX\r\n", server = "* 18 apples\r\n" },
  counterexample { client = "USER a\r\n", server = "+OK ready\r\n" },
  counterexample { server = "* OK hello\r\n" },
}
