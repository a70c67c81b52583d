-- The server greets with 220 and the client names itself with EHLO or HELO (RFC 5321 section 3.1); FTP has
-- the same digits.
local banner = require "banner"

-- A greeting that names FTP and not mail, and no 250: an FTP server turns a mail client away.
local function turned_away(m)
  local v = m.server
  local stop = v:find(0, "\n")
  local word = v:find(0, "FTP")
  if not stop or not word or word > stop or v:starts(word - 1, ".") then return false end
  return not v:starts(0, "250") and not v:find(0, "SMTP") and not v:find(0, "\n250")
end

local hello = command { "EHLO", "HELO" }

-- What servers call themselves, in lower case: the product and who makes it.
local known = {
  postfix = { "Postfix", "Postfix" }, exim = { "Exim", "Exim" }, sendmail = { "Sendmail", "Sendmail" },
  opensmtpd = { "OpenSMTPD", "OpenBSD" }, microsoft = { "Microsoft IIS", "Microsoft", true },
  haraka = { "Haraka", "Haraka" }, exchange = { "Microsoft Exchange Server", "Microsoft" },
  imail = { "IMail Server", "Ipswitch" }, mdaemon = { "MDaemon", "Alt-N" },
  mailenable = { "MailEnable Mail Server", "MailEnable" }, mailsite = { "MailSite", "Rockliffe" },
  domino = { "Lotus Domino", "IBM" }, groupwise = { "GroupWise", "Novell" },
  zimbra = { "Zimbra Collaboration", "Zimbra" }, powermta = { "PowerMTA", "port25" },
  ecelerity = { "Ecelerity Mail Server", "Ecelerity" }, communigate = { "CommuniGate Pro", "CommuniGate" },
  kerio = { "Kerio MailServer", "Kerio" }, icewarp = { "IceWarp", "IceWarp" },
  merak = { "Merak Mail Server", "IceWarp" }, axigen = { "Axigen", "Axigen" },
  smartermail = { "SmarterMail", "SmarterTools" }, surgesmtp = { "SurgeMail", "NetWin" },
  surgemail = { "SurgeMail", "NetWin" }, dsmtp = { "DMail", "NetWin" }, xmail = { "XMail", "XMail" },
  hmailserver = { "hMailServer", "hMailServer" }, zmailer = { "ZMailer", "ZMailer" },
  argosoft = { "ArGoSoft Mail Server", "ArGoSoft" },
  ["mercury"] = { "Mercury Mail Transport System", "David Harris" }, slmail = { "SLMail", "Seattle Labs" },
  ["post.office"] = { "Post.Office", "Software.com" }, intermail = { "InterMail", "Openwave" },
  sims = { "Sun Internet Mail Server", "Sun" }, ["mail-max"] = { "Mail-Max", "Mail-Max" },
  intrastore = { "IntraStore", "BT" }, ["smap"] = { "FWTK smap", "TIS" },
  webshield = { "WebShield", "McAfee" }, symantec = { "Symantec Messaging Gateway", "Symantec" },
  analogx = { "AnalogX Proxy", "AnalogX" }, sonicwall = { "SonicWall Email Security", "SonicWall" },
  fortimail = { "FortiMail", "Fortinet" }, barracuda = { "Barracuda", "Barracuda" },
  firewall = { "Firewall-1", "Check Point" }, csm = { "CSM Internet Mail Scanner", "CSM" },
  stalker = { "Stalker Internet Mail Server", "Stalker" },
  eudora = { "Eudora Internet Mail Server", "Eudora" }, ["e-mailrelay"] = { "E-MailRelay", "E-MailRelay" },
  ims = { "EMWAC Internet Mail Services", "EMWAC" }, winwebmail = { "WinWebMail", "WinWebMail" },
  ["david.fx"] = { "Tobit David ESMTP", "Tobit Software" }, tobit = { "Tobit David ESMTP", "Tobit Software" },
  gsmtp = { "Google SMTP", "Google" }, ironport = { "IronPort", "Cisco" },
  qmail = { "qmail", "D. J. Bernstein" }, vopmail = { "VOPMail", "Vircom" },
  vpop3 = { "VPOP3", "Paul Smith" }, interscan = { "InterScan", "Trend Micro" },
  mailmarshal = { "MailMarshal", "Trustwave" }, citadel = { "Citadel", "Citadel" },
  courier = { "Courier", "Double Precision" }, ["apache"] = { "Apache James", "Apache" },
  james = { "Apache James", "Apache" }, mimesweeper = { "MIMEsweeper", "Clearswift" },
  cmailserver = { "CMailServer", "Youngzsoft" }, ccproxy = { "CCProxy", "Youngzsoft" },
  netscape = { "Netscape Messaging Server", "Netscape" }, iplanet = { "iPlanet Messaging Server", "Sun" },
  ntmail = { "NTMail", "Gordano" }, gms = { "Gordano Messaging Suite", "Gordano" },
  ftgate = { "FTGate", "FTGate" }, modusmail = { "ModusMail", "Vircom" }, winroute = { "WinRoute", "Kerio" },
  navieg = { "Norton AntiVirus for Internet Email Gateways", "Symantec" },
  navgw = { "Norton AntiVirus for Gateways", "Symantec" }, trend = { "InterScan", "Trend Micro" },
  lotus = { "Lotus Domino", "IBM", true }, sun = { "Sun Java System Messaging Server", "Sun", true },
  mailsweeper = { "MAILsweeper", "Clearswift" }, mirapoint = { "Mirapoint", "Mirapoint" },
  wingate = { "WinGate", "Qbik" }, mercur = { "MERCUR", "Atrium" }, worldmail = { "WorldMail", "Qualcomm" },
  extremail = { "eXtremail", "eXtremail" }, ability = { "Ability Mail Server", "Code-Crafters" },
  switch = { "Sendmail Switch", "Sendmail" }, aserver = { "AServer", "AServer" },
  spamtitan = { "SpamTitan", "TitanHQ" }, lyris = { "ListManager", "Lyris" }, lsmtp = { "LSMTP", "L-Soft" },
  netmail = { "NetMail", "Novell" }, pmdf = { "PMDF", "Process Software" },
  desknow = { "DeskNow", "DeskNow" }, dovecot = { "Dovecot", "Dovecot" },
  python = { "aiosmtpd", "aiosmtpd" },
}
-- What may stand between a name and its number.
local between = {
  v = true, agent = true, messaging = true, java = true, system = true, viruswall = true, nt = true,
  secure = true, connect = true, gateway = true, mta = true, smtpd = true, server = true, service = true,
  version = true, ["version:"] = true, receiver = true, mail = true, smtp = true, esmtp = true,
  internet = true, release = true, tm = true, pro = true, ["32"] = true, multihosted = true,
  enterprise = true, edition = true, scanner = true, proxy = true, services = true,
}

-- Words behind SMTP that are no product.
local plain = { server = true, service = true, mail = true, ready = true, version = true, receiver = true }
local systems = {
  debian = "Debian", ubuntu = "Ubuntu", freebsd = "FreeBSD", centos = "CentOS", raspbian = "Raspbian",
  suse = "SuSE", openvms = "OpenVMS", linuxconf = "linuxconf",
}
-- 1.2 or v1.2: figures, a dot and a figure; no address.
local function dotted(word)
  local text = banner.number(word)
  local at = 1
  while text and (string.byte(text, at) or 0) >= 48 and string.byte(text, at) <= 57 do at = at + 1 end
  local after = text and string.byte(text, at) == 46 and string.byte(text, at + 1) or 0
  for i = at, text and #text or 0 do
    if string.byte(text, i) == 64 then return nil end
  end
  return after >= 48 and after <= 57 and text or nil
end

local function meaning(text)
  text = string.sub(text, 1, 300)
  local list = banner.words(text)
  local found = banner.named(list, known, between)
  local smtp
  for i, word in ipairs(list) do
    local lower = string.lower(word)
    found.os = found.os or systems[lower]
    -- Python has a module of its own besides: "Python SMTP proxy version 0.3".
    if lower == "proxy" and list[i - 1] == "SMTP" and found.product == "aiosmtpd" then
      found.product, found.vendor = "smtpd", "Python"
    end
    if string.sub(lower, 1, 5) == "sims." then found.version = string.sub(word, 6) end           -- sims.4.0
    if lower == "smtp" or lower == "esmtp" then smtp = smtp or i end
  end
  if not found.product and smtp then
    local at = smtp + 1
    while list[at] and list[at] == "Server" do at = at + 1 end
    local word = list[at]
    local first = word and #word > 1 and string.byte(word) or 0
    if first >= 65 and first <= 90 and not plain[string.lower(word)] then found.product = word end
  end
  if not found.version then
    for i = 3, #list do
      local lower = string.lower(list[i - 1])
      local text = (lower == "version" or lower == "version:") and banner.number(list[i]) or dotted(list[i])
      if text then found.version = text break end
    end
  end
  -- MailEnable says it twice: 9.53-9.53--.
  for i = 1, found.vendor == "MailEnable" and found.version and #found.version or 0 do
    if string.byte(found.version, i) == 45 then found.version = string.sub(found.version, 1, i - 1) break end
  end
  return found
end

protocol "smtp" {
  title     = "Simple Mail Transfer Protocol",
  reference = "RFC 5321 sections 3.1 and 4.1.1",
  category  = "mail",
  also      = { "submission" },
  ports     = { "25/tcp", "587/tcp" },
  alternates = { "2525/tcp", "465/tcp", "26/tcp" },

  tcp { client = hello, server = reply { 220, 250, 421, 450, 451, 452, 500, 501, 502, 503, 504, 521, 550,
    554 },
    check = function(m) return not turned_away(m) end },
  -- A session joined after the greeting.
  tcp { client = any { starts_nocase "MAIL FROM:", starts_nocase "RCPT TO:" },
        server = reply { 220, 250, 251, 354, 421, 450, 451, 452, 455, 500, 501, 503, 530, 550, 551, 552, 553,
          554, 555 } },
  tcp { client = any { starts_nocase "AUTH LOGIN", starts_nocase "AUTH PLAIN", starts_nocase "AUTH CRAM-",
          starts_nocase "AUTH NTLM", starts_nocase "AUTH XOAUTH" }, server = reply { 235, 334, 535, 538,
          454 } },
  tcp { client = starts_nocase "DATA\r\n", server = reply { 354 } },
  tcp { client = starts_nocase "STARTTLS\r\n", server = any { starts "220 ", starts "250-", starts "454 " } },
  -- The greeting, or a refusal instead of it, names SMTP.
  tcp { server = any {
          matches [[^220[ -][^\r\n]{0,300}\b[Ee]?SMTP]], matches [[^421[ -][^\r\n]{0,300}\b[Ee]?SMTP]],
          matches [[^554[ -][^\r\n]{0,300}\b[Ee]?SMTP]] }, alone = "server" },
  -- The greeting and then an answer to EHLO, without the word SMTP.
  -- LMTP answers LHLO with the same words.
  tcp { client = none { starts_nocase "USER ", starts_nocase "LHLO " },
        server = all { starts "220",
          matches [[(?m)^250[ -](?:PIPELINING|SIZE|8BITMIME|STARTTLS|ENHANCEDSTATUSCODES|VRFY|ETRN|DSN|CHUNKING|SMTPUTF8|AUTH[ =])]] },
        alone = "server" },
  -- The client's side alone.
  tcp { client = all { any { starts_nocase "EHLO ", starts_nocase "HELO " },
    matches [[^[A-Za-z]{4} [^ \r\n]{1,255} *\r?\n]] }, server = starts "220", alone = "client",
    check = function(m) return not m.server or not turned_away(m) end },

  upgrade "tls" {},                                              -- STARTTLS (RFC 3207)

  fields {
    -- 2.1.0 is a status (RFC 2034), and no host.  Google says the session's id before its name.
    server = [[(?x) ^ (?<banner> \d{3} [ -]
      (?: (?! [245](?:\.\d{1,3}){2} (?: \s | \z ) )
        (?<hostname> [A-Za-z0-9_-]+ (?:\.[A-Za-z0-9_-]+)+ ) )?
      ]] .. banner.before(banner.time, banner.peer, [[\x20[^\x20\r\n]+\x20-\x20gsmtp]]) .. [[ ) ]],
    client = [[^(?i)(?:EHLO|HELO) (?<hostname>[^\s]+)]],
    describe = { banner = meaning },
  },

  -- What stands behind the time, or the session.
  identify { server = [[^220[ -][^\r\n]{1,200} - gsmtp]],
    gives = { product = "Google SMTP", vendor = "Google" } },
  identify { server = [[^220[ -][^\r\n]{1,300}? Version: (\d[\d.]*\d)]], gives = { version = "{1}" } },

  probe { after = "server", send = "EHLO offport.invalid\r\n", answer = [=[^250[ -]]=] },

  example { client = "EHLO client.example.org\r\n",
    server = "220 mail.example.org ESMTP Demo\r\n250 Hello\r\n" },
  example { client = "helo me\r\nmail from:<a@example.org>\r\n", server = "220 ready\r\n250 ok\r\n" },
  example { server = "220 mail.example.org ESMTP\r\n" },
  example { client = "EHLO client.example.org\r\nMAIL FROM:<a@example.org>\r\n" },
  example { client = "QUIT\r\n", server = "220 mail.example.org ESMTP\r\n221 Bye\r\n" },
  -- Joined after the greeting, and after the answer to EHLO.
  example { client = "EHLO client.example.org\r\n",
    server = "250-mail.example.org\r\n250 SIZE 10240000\r\n" },
  example { client = "MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.net>\r\n",
    server = "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n" },
  example { client = "RCPT TO:<b@example.net>\r\n", server = "551 not here; try <b@example.com>\r\n" },
  -- A host that takes no mail (RFC 7504).
  example { client = "EHLO client.example.org\r\n", server = "521 mx.example.org does not accept mail\r\n" },
  example { server = "220 mail.example.org ready\r\n250-mail.example.org\r\n"
    .. "250-PIPELINING\r\n250 8BITMIME\r\n" },
  example { client = "AUTH LOGIN\r\n", server = "334 VXNlcm5hbWU6\r\n" },
  example { client = "DATA\r\n", server = "354 go ahead\r\n" },
  example { client = "STARTTLS\r\n", server = "220 2.0.0 ready\r\n" },
  example { server = "220 mail.example.org ESMTP Demo 4.96 Fri, 27 Nov 2026 09:12:47 +0000\r\n" },
  example { server = "220 mx.example.org ESMTP 4fb4d7f45d1cf-5a1b2c3d4e5.67 - gsmtp\r\n" },
  example { server = "220 mail.example.org ESMTP MailEnable Service, Version: 10.41-10.41-- ready\r\n" },
  example { client = "EHLO client.example.org\r\n",
    server = "220 mail.example.org Python SMTP 1.4.4\r\n250-mail.example.org\r\n250 SIZE 33554432\r\n" },
  example { client = "EHLO client.example.org\r\n",
    server = "220 mail.example.org Python SMTP proxy version 0.3\r\n502 not implemented\r\n" },
  counterexample { client = "LHLO client.example.org\r\n",
    server = "220 mail.example.org ready\r\n250-mail.example.org\r\n250 PIPELINING\r\n" },
  counterexample { client = "AUTH TLS\r\n", server = "234 ok\r\n" },
  counterexample { client = "STARTTLS\r\n", server = "382 continue\r\n" },
  counterexample { client = "USER anonymous\r\n", server = "220 ready\r\n331 Password\r\n" },
  counterexample { client = "QUIT\r\n", server = "220 example.org FTP server ready\r\n221 Bye\r\n" },
  counterexample { client = "EHLO a\r\n", server = "220 FTP server ready\r\n500 EHLO not understood\r\n" },
  counterexample { client = "QUIT\r\n", server = "220 ready\r\n221 Bye\r\n" },
  counterexample { client = "NOOP\r\n", server = "220 ready\r\n250 ok\r\n" },
  counterexample { server = "220 ready\r\n" },
  counterexample { client = "USER a\r\n", server = "+OK ready\r\n" },
}
