-- The server greets with +OK and some text; commands are words (RFC 1939 sections 3 and 4, RFC 2449, RFC
-- 2595). What servers call themselves, in lower case: the product and who makes it.
local known = {
  dovecot = { "Dovecot", "Dovecot" }, cyrus = { "Cyrus POP", "Carnegie Mellon University" },
  courier = { "Courier POP", "Double Precision" }, ["courier-imap"] = { "Courier POP", "Double Precision" },
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
  uw = { "UW POP", "University of Washington" }, applepasswordserver = { "Apple Open Directory", "Apple" },
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

-- Words at the beginning or before POP that name no product.
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

-- What stands in angle brackets is a time stamp for APOP: no word of it counts.
local function meaning(text)
  text = string.sub(text, 1, 300)
  local stop = 1
  while stop <= #text and string.byte(text, stop) ~= 60 do stop = stop + 1 end
  local list = words(string.sub(text, 1, stop - 1))
  local found = named(list)
  found.os = system(text)
  for i, word in ipairs(list) do
    local lower, after = string.lower(word), list[i + 1]
    -- Name 2.1 POP, Some Name POP3 server
    if not found.product and i > 2 and (lower == "pop" or string.sub(lower, 1, 4) == "pop3") then
      local at = number(list[i - 1]) and i - 2 or i - 1
      if is_name(list[at]) then
        found.product = is_name(list[at - 1]) and list[at - 1] .. " " .. list[at] or list[at]
      end
    end
    if not found.version and after and i > 1 then
      local first = string.byte(after)
      if lower == "version" or first == 118 then found.version = number(after) end
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

  -- +OK alone is also Redis; its commands are others.
  tcp { client = command { "USER", "CAPA", "APOP", "STLS", "STAT", "LIST", "UIDL", "RETR", "PASS", "TOP", "XTND" },
        server = any { starts "+OK", starts "-ERR" } },
  tcp { client = command { "AUTH", "QUIT", "NOOP" }, server = matches [[^\+OK [^\r\n]{2}]] },
  -- A greeting that says POP, or ends in the timestamp that APOP needs.
  tcp { server = matches [[^\+OK [^\r\n]{0,200}(?:POP|<[^@>\r\n ]+@[^>\r\n ]+>)]], alone = "server" },
  -- FTP logs in and fetches with the same words; messages have numbers, files have names.
  tcp { client = all { starts_nocase "USER ", command { "PASS" }, command { "STAT", "UIDL", "LIST", "RETR" },
    matches [[(?i)^USER [^\r\n]*\r?\n(?:[^\r\n]*\r?\n){1,8}?(?:(?:STAT|UIDL|LIST)(?: \d{1,9})?|RETR \d{1,9}) ?\r?\n]],
    none { command { "SYST", "TYPE", "PASV", "PORT", "EPSV", "EPRT", "CWD", "PWD" } } },
        server = starts "+OK", alone = "client" },

  upgrade "tls" {},                                              -- STLS (RFC 2595 section 4)

  fields {
    server = [[^(?<banner>\+OK(?: (?<hostname>[a-z0-9-]+(?:\.[a-z0-9-]+)+)\b)?[^\r\n]*)]],
    client = [[(?im)^(?<login>USER|PASS|AUTH (?:PLAIN|LOGIN))\b]],
    describe = { banner = meaning },
  },

  example { client = "CAPA\r\n", server = "+OK ready\r\n+OK\r\nUSER\r\n.\r\n" },
  example { client = "USER a\r\nPASS b\r\n", server = "+OK\r\n+OK\r\n" },
  example { server = "+OK POP3 server ready <1.2@example.org>\r\n" },
  example { client = "USER a\r\nPASS b\r\nLIST\r\nRETR 1\r\n" },
  counterexample { client = "USER a\r\nPASS b\r\nRETR report.txt\r\n" },
  counterexample { server = "+OK ready\r\n" },
  counterexample { client = "QUIT\r\n", server = "+OK\r\n+OK\r\n" },
  counterexample { client = "PING\r\n", server = "+PONG\r\n" },
  counterexample { client = "AUTH secret\r\n", server = "+OK\r\n" },
  counterexample { client = "USER a\r\nPASS b\r\nRETR notes.txt\r\n" },
  counterexample { client = "USER a\r\n", server = "220 FTP ready\r\n331 ok\r\n" },
}
