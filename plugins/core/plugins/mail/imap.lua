-- The server greets with an untagged OK, PREAUTH or BYE; each command of the client begins with a tag of its
-- choice (RFC 9051 sections 2.2, 7.1 and RFC 3501).
local greeting = any { starts "* OK", starts "* PREAUTH", starts "* BYE" }

-- What servers call themselves, in lower case: the product and who makes it.
local known = {
  dovecot = { "Dovecot", "Dovecot" }, cyrus = { "Cyrus IMAP", "Carnegie Mellon University" },
  courier = { "Courier IMAP", "Double Precision" }, ["courier-imap"] = { "Courier IMAP", "Double Precision" },
  qpopper = { "Qpopper", "Qualcomm" }, qpop = { "Qpopper", "Qualcomm" },
  exchange = { "Microsoft Exchange Server", "Microsoft" },
  microsoft = { "Microsoft Exchange Server", "Microsoft", true }, domino = { "Lotus Domino", "IBM" },
  zimbra = { "Zimbra Collaboration", "Zimbra" }, mailenable = { "MailEnable", "MailEnable" },
  callpilot = { "CallPilot", "Nortel" }, groupwise = { "GroupWise", "Novell" },
  mdaemon = { "MDaemon", "Alt-N" }, imail = { "IMail Server", "Ipswitch" },
  kerio = { "Kerio MailServer", "Kerio" }, communigate = { "CommuniGate Pro", "CommuniGate" },
  icewarp = { "IceWarp", "IceWarp" }, merak = { "Merak Mail Server", "IceWarp" },
  axigen = { "Axigen", "Axigen" }, hmailserver = { "hMailServer", "hMailServer" },
  smartermail = { "SmarterMail", "SmarterTools" }, surgemail = { "SurgeMail", "NetWin" },
  xmail = { "XMail", "XMail" }, ccproxy = { "CCProxy", "Youngzsoft" },
  cmailserver = { "CMailServer", "Youngzsoft" }, argosoft = { "ArGoSoft Mail Server", "ArGoSoft" },
  mailsite = { "MailSite", "Rockliffe" }, teapop = { "Teapop", "Teapop" }, popa3d = { "popa3d", "Openwall" },
  uw = { "UW IMAP", "University of Washington" }, applepasswordserver = { "Apple Open Directory", "Apple" },
  citadel = { "Citadel", "Citadel" }, perdition = { "Perdition", "Vergenet" },
  vpop3 = { "VPOP3", "Paul Smith" }, mercury = { "Mercury Mail Transport System", "David Harris" },
  slmail = { "SLMail", "Seattle Labs" }, gpop = { "Gmail POP", "Google" }, gimap = { "Gmail IMAP", "Google" },
  bincimap = { "Binc IMAP", "Binc" },
}
-- What may stand between a name and its number.
local between = {
  server = true, service = true, version = true, release = true, pop3 = true, imap = true, imap4 = true,
  imap4rev1 = true, ["imap4rev1-server"] = true, murder = true, pop3d = true, mail = true, connect = true,
  mailserver = true, pro = true, ["version:"] = true, cyrus = true, ["2000"] = true, ["2003"] = true,
  ["2007"] = true,
}

-- The words of the first lines: blanks, brackets, commas and slashes part them, and a hyphen before a number
-- or behind a reply's code.
local cut = {}
for i = 1, #" \t\r\n/()[]<>,;\"'=" do cut[string.byte(" \t\r\n/()[]<>,;\"'=", i)] = true end
local function words(text)
  local bytes, list, start = { string.byte(text, 1, -1) }, {}, nil
  local size = #bytes
  bytes[size + 1] = 32
  for i = 1, size + 1 do
    local c = bytes[i]
    if c == 45 then
      local after, before = bytes[i + 1] or 32, bytes[i - 1] or 32
      if after >= 48 and after <= 57 and (before < 48 or before > 57)
        or start and i - start == 3 and before >= 48 and before <= 57 then c = 32 end
    end
    if cut[c] then
      if start then list[#list + 1] = string.sub(text, start, i - 1) end
      start = nil
      if c == 10 then list[#list + 1] = "\n" end
    elseif not start then
      start = i
    end
  end
  return list
end

-- The number that a word is, as in 2.3.4, v2.3.4 or 2.3.4-rest; nil for words that are none.
local function number(word)
  local first = string.byte(word)
  if (first == 118 or first == 86) and #word > 1 then            -- v, perhaps with a dot behind it
    word = string.sub(word, string.byte(word, 2) == 46 and 3 or 2)
    first = string.byte(word) or 0
  end
  if first < 48 or first > 57 then return nil end
  for i = 2, #word do
    local c, after = string.byte(word, i, i + 1)
    if c == 58 or c == 45 and after and after > 57 then return string.sub(word, 1, i - 1) end
  end
  return string.byte(word, #word) == 46 and string.sub(word, 1, -2) or word
end

-- The first known name, and the number that follows it, perhaps behind one of the usual words.  A weak name
-- (its third value) counts only where no other stands.
local function named(list)
  local found
  for i, word in ipairs(list) do
    local last = string.byte(word, #word)
    if last == 46 or last == 58 then word = string.sub(word, 1, -2) end
    local name = known[string.lower(word)]
    if name and (not found or found.weak and not name[3]) then
      found = { product = name[1], vendor = name[2], weak = name[3] }
      for k = i + 1, math.min(i + 4, #list) do
        local skip = between[string.lower(list[k])]
        found.version = not skip and number(list[k]) or nil
        if not skip then break end
      end
    end
  end
  if found then found.weak = nil end
  return found or {}
end

-- Words at the beginning or before IMAP that name no product.
local plain = {
  pop = true, pop3 = true, imap = true, imap4 = true, imap4rev1 = true, hello = true, welcome = true,
  server = true, ready = true, service = true, the = true, ok = true, capability = true, preauth = true, bye = true,
}

-- The first of these systems that stands in the text.
local systems = { "OS X", "Debian", "Ubuntu", "Raspbian", "Fedora" }
local function system(text)
  for _, name in ipairs(systems) do
    for i = 1, #text - #name + 1 do
      if string.byte(text, i) == string.byte(name) and string.sub(text, i, i + #name - 1) == name then
        return name
      end
    end
  end
end

-- Whether a word is made of letters and begins with a capital.
local function is_name(word)
  local first = word and string.byte(word) or 0
  if first < 65 or first > 90 or #word < 2 or plain[string.lower(word)] then return false end
  for i = 2, #word do
    local c = string.byte(word, i)
    if c < 65 or c > 90 and c < 97 or c > 122 then return false end
  end
  return true
end

-- What stands in square brackets are capabilities: no word of it counts.
local function meaning(text)
  text = string.sub(text, 1, 300)
  local from, stop = 1, 1
  while stop <= #text and string.byte(text, stop) ~= 93 do stop = stop + 1 end
  if stop < #text and string.byte(text, 6) == 91 then from = stop + 1 end
  local list = words(string.sub(text, from))
  local found = named(list)
  found.os = system(text)
  local start = from == 1 and 3 or 1                             -- behind * OK
  for i, word in ipairs(list) do
    local lower, after = string.lower(word), list[i + 1]
    if not found.product and i > start and string.sub(lower, 1, 4) == "imap" then
      local at = number(list[i - 1]) and i - 2 or i - 1
      if at >= start and is_name(list[at]) then
        local whole = at > start and is_name(list[at - 1])
        found.product = whole and list[at - 1] .. " " .. list[at] or list[at]
      end
    end
    if not found.version and after then
      local first = string.byte(after)
      if lower == "version" or lower == "release" or first == 118 then found.version = number(after) end
    end
  end
  if not found.product and from > 1 and list[2] and is_name(list[1]) then found.product = list[1] end
  return found
end

local tagged = matches [[(?i)^[^ \r\n(){%*"\\+]{1,40} (?:CAPABILITY|NOOP|LOGOUT|STARTTLS|AUTHENTICATE|LOGIN|SELECT|IDLE|UID|FETCH|STORE|SEARCH|APPEND|EXPUNGE|CLOSE|EXAMINE|ID|LIST|LSUB|ENABLE|STATUS|COMPRESS|NAMESPACE|UID|FETCH|IDLE)\b]]

protocol "imap" {
  title     = "Internet Message Access Protocol",
  reference = "RFC 9051 sections 2.2 and 7.1, RFC 3501",
  category  = "mail",
  ports     = { "143/tcp" },
  alternates = { "1143/tcp", "220/tcp", "993/tcp" },

  tcp { client = tagged,
        server = any { greeting, starts "* CAPABILITY ", starts "* ID " } },
  -- Joined midway: what mailboxes hold, and messages by their number (RFC 9051 section 7).
  tcp { client = tagged, server = any { starts "* FLAGS (", starts "* LIST (", starts "* LSUB (", starts "* SEARCH", starts "* STATUS ",
      starts "* NAMESPACE (", starts "+ idling", matches [[^\* \d{1,9} (?:EXISTS|RECENT|FETCH|EXPUNGE)\b]] } },
  tcp { server = any { matches [[^\* \d{1,9} (?:EXISTS|RECENT|FETCH \(|EXPUNGE)]], matches [[^\* FLAGS \(\\[A-Z][a-z]+]] }, alone = "server" },
  -- A greeting that names itself, or lists what it can do.
  tcp { server = all { greeting, any { matches [[^\* [A-Z]+ [^\r\n]{0,300}IMAP]], contains "[CAPABILITY " } },
    alone = "server" },

  upgrade "tls" {},                                              -- STARTTLS (RFC 9051 section 6.2.1)

  fields {
    server = {
      [[(?x) ^ (?<banner> \*[ ](?:OK|PREAUTH|BYE) (?:[ ]\[[^\]\r\n]*\])?
        (?: [ ] (?<hostname> [a-z0-9-]+ (?:\.[a-z0-9-]+)+ ) [ ] )? [^\r\n]* ) ]],
      -- The answer to ID (RFC 2971), where the client asked in time.
      [[(?m)^\* ID \([^)\r\n]*?"name" "(?<software>[^"\r\n]+)"]],
    },
    client = [[(?im)^[^ \r\n]{1,20} (?<login>LOGIN|AUTHENTICATE "?(?:PLAIN|LOGIN))\b]],
    describe = { banner = meaning },
  },

  example { client = "a1 CAPABILITY\r\n", server = "* OK ready\r\n* CAPABILITY IMAP4rev1\r\na1 OK\r\n" },
  example { server = "* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n" },
  example { client = "a2 SELECT INBOX\r\n", server = "* 18 EXISTS\r\n* FLAGS (\\Answered)\r\na2 OK done\r\n" },
  counterexample { client = "a2 SELECT INBOX\r\n", server = "* 18 apples\r\n" },
  counterexample { client = "USER a\r\n", server = "+OK ready\r\n" },
  counterexample { server = "* OK hello\r\n" },
}
