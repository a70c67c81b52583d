-- The server greets with 220 (or 120, 421); SMTP greets with the same digits, so a greeting alone never
-- decides.
local banner = require "banner"
local ftp_words = command {
  "USER", "AUTH", "HOST", "CLNT", "FEAT", "OPTS", "SYST", "ACCT", "PBSZ", "PROT", "ADAT", "TYPE", "PASV",
  "EPSV", "PORT",
  "EPRT", "LIST", "NLST", "MLSD", "MLST", "RETR", "STOR", "STOU", "APPE", "CWD", "XCWD", "PWD", "XPWD",
  "CDUP", "SIZE",
  "MDTM", "DELE", "RNFR", "MKD", "RMD", "SITE", "STRU", "REIN",
}
-- What opens a conversation with a mail server; AUTH follows it there.
local mail_words = any {
  starts_nocase "EHLO", starts_nocase "HELO", starts_nocase "LHLO", starts_nocase "MAIL FROM",
  starts_nocase "RCPT TO",
  -- Mechanisms of SASL; FTP's own are TLS, SSL, GSSAPI and KERBEROS_V4 (RFC 2228, RFC 4217).
  starts_nocase "AUTH LOGIN", starts_nocase "AUTH PLAIN", starts_nocase "AUTH CRAM-",
  starts_nocase "AUTH DIGEST-",
  starts_nocase "AUTH NTLM", starts_nocase "AUTH SCRAM-", starts_nocase "AUTH XOAUTH",
}

-- 200 and LIST are news (NNTP) as well as FTP joined midway: undecided.
local function may_be_news(m)
  return m.client:starts(0, "LIST") and (m.server:starts(0, "200 ") or m.server:starts(0, "201 "))
end

-- A greeting with the word SMTP is a mail server's, even when it is told USER.
local function greets_as_mail(m)
  local v = m.server
  local word, stop = v:find(0, "SMTP"), v:find(0, "\n")
  return word ~= nil and v:starts(0, "220") and (stop == nil or word < stop)
end

-- Replies begin with 1 to 5, protected ones with 6 (RFC 959 section 4.2, RFC 2228): other numbers are another
-- protocol's.
local function codes_exist(v)
  local at = 0
  for _ = 1, 20 do
    local first, second, third, after = v:u8(at), v:u8(at + 1), v:u8(at + 2), v:u8(at + 3)
    if not after then return true end
    local numbered = first >= 0x30 and first <= 0x39 and second >= 0x30 and second <= 0x39 and third >= 0x30
      and third <= 0x39 and (after == 0x20 or after == 0x2D)
    if numbered and (first < 0x31 or first > 0x36 or second > 0x35) then return false end
    local stop = v:find(at, "\n")
    if not stop then return true end
    at = stop + 1
  end
  return true
end

-- What servers call themselves, in lower case: the product and who makes it.
local known = {
  microsoft = { "Microsoft IIS", "Microsoft", true }, wu = { "WU-FTPD", "Washington University" },
  wuftpd = { "WU-FTPD", "Washington University" }, ["wu-ftpd"] = { "WU-FTPD", "Washington University" },
  oops = { "vsFTPd", "vsFTPd Project", true }, proftpd = { "ProFTPD", "ProFTPD Project" },
  ["pure-ftpd"] = { "Pure-FTPd", "PureFTPd" },
  vsftpd = { "vsFTPd", "vsFTPd Project" }, filezilla = { "FileZilla Server", "FileZilla" },
  ["serv-u"] = { "Serv-U FTP Server", "SolarWinds" }, gene6 = { "Gene6 FTP Server", "Gene6" },
  ncftpd = { "NcFTPd Server", "NcFTP Software" }, zftpserver = { "zFTPServer", "Vastgota-Data" },
  surgeftp = { "SurgeFTP", "NetWin" }, twisted = { "Twisted FTPD", "Twisted Matrix Labs" },
  medusa = { "Medusa", "Nightmare Software" }, crushftp = { "CrushFTP", "CrushFTP" },
  firewall = { "Firewall-1", "Check Point" }, xlight = { "Xlight FTP Server", "Xlight" },
  titan = { "Titan FTP Server", "South River Technologies" },
  cerberus = { "Cerberus FTP Server", "Cerberus" }, glftpd = { "glFTPd", "glFTPd" },
  bftpd = { "Bftpd", "Bftpd" }, ["war-ftpd"] = { "War FTP Daemon", "Jarle Aase" },
  warftpd = { "War FTP Daemon", "Jarle Aase" }, bulletproof = { "BulletProof FTP Server", "BulletProof" },
  guildftpd = { "GuildFTPd", "GuildFTPd" }, pyftpdlib = { "pyftpdlib", "pyftpdlib" },
  wing = { "Wing FTP Server", "Wing FTP Software" },
  globalscape = { "GlobalSCAPE Secure FTP Server", "GlobalSCAPE" }, troll = { "Troll-FTPd", "Troll Tech" },
  netpresenz = { "NetPresenz", "Stairways" }, rumpus = { "Rumpus", "Maxum" },
  gridftp = { "GridFTP", "Globus" }, webstar = { "WebSTAR FTP", "4D" },
  muddleftpd = { "muddleftpd", "Beau Kuiper" }, oftpd = { "oftpd", "Shane Kerr" }, ucftpd = { "ucftpd", nil },
  smbftpd = { "SmbFTPD", "GNU" }, diskstation = { "SmbFTPD", "Synology" },
  synology = { "SmbFTPD", "Synology" }, bsdftpd = { "BSDftpd-ssl", "BSDftpd" },
  netware = { "NetWare FTP Server", "Novell" }, drftpd = { "DrFTPD", "DrFTPD" },
  raidenftpd = { "RaidenFTPD", "Raiden" }, slimftpd = { "SlimFTPd", "WhitSoft" },
  typsoft = { "TYPSoft FTP Server", "TYPSoft" }, ["3cdaemon"] = { "3CDaemon", "3Com" },
  sambar = { "Sambar Server", "Sambar" }, winftp = { "WinFtp Server", "Wing FTP" },
  ["netbsd-ftpd"] = { "NetBSD-ftpd", "NetBSD" }, ["emc-snas"] = { "Celerra", "EMC" },
  aos = { "APC AOS", "APC" }, iscale = { "ADC iScale", "ADC" }, zywall = { "ZyWALL FTPD", "Zyxel", true },
  vxworks = { "VxWorks FTP server", "Wind River", true }, mikrotik = { "RouterOS FTP", "MikroTik" },
  tnftpd = { "tnftpd", "NetBSD" }, wsftp = { "WS_FTP Server", "Ipswitch" },
  ["ws_ftp"] = { "WS_FTP Server", "Ipswitch" }, quick = { "Quick 'n Easy FTP Server", "Pablo Software" },
  sftpgo = { "SFTPGo", "SFTPGo" },
  axis = { nil, "Axis", true }, hp = { nil, "HP", true }, xerox = { nil, "Xerox", true },
  ricoh = { nil, "Ricoh", true }, savin = { nil, "Savin", true }, lexmark = { nil, "Lexmark", true },
  toshiba = { nil, "Toshiba", true }, sharp = { nil, "Sharp", true }, oce = { nil, "Oce", true },
  nrg = { nil, "NRG", true }, lanier = { nil, "Lanier", true }, kyocera = { nil, "Kyocera", true },
  canon = { nil, "Canon", true }, epson = { nil, "Epson", true }, brother = { nil, "Brother", true },
  ["konica"] = { nil, "Konica Minolta", true }, km = { "KM FTPD", "Konica Minolta" },
}
-- What may stand between a name and its number.
local between = { ["ftp-server"] = true,
  v = true, ftp = true, server = true, service = true, version = true, ver = true, revision = true,
  ftpd = true, async = true, ["version:"] = true, ["(r)"] = true, daemon = true, secure = true,
  release = true, the = true,
}

local systems = {
  vxworks = "VxWorks", aix = "AIX", ["hp-ux"] = "HP-UX", openvms = "OpenVMS", openbsd = "OpenBSD",
  freebsd = "FreeBSD", netbsd = "NetBSD", ["netbsd-ftpd"] = "NetBSD", linux = "Linux",
  mikrotik = "MikroTik", sunos = "SunOS", tru64 = "Tru64 UNIX", irix = "IRIX", netware = "NetWare",
}
-- Printers, cameras and routers greet with their model: the name of one of these makers and what follows it.
local models = {
  axis = true, ricoh = true, xerox = true, fuji = true, savin = true, nrg = true, lanier = true,
  toshiba = true, sharp = true, lexmark = true, asus = true, oce = true, hp = true, brother = true,
  epson = true, canon = true, kyocera = true, speedport = true,
}
local model_ends = { ftp = true, ver = true, version = true, ready = true, ["\n"] = true }
local announced = { version = true, ver = true, ["version:"] = true, ["ver."] = true }

-- 1.2, v1.2 or v.1.2, but no address.
local function dotted(word)
  local text, dots, letters = banner.number(word), 0, false
  for i = 1, text and #text or 0 do
    local c = string.byte(text, i)
    if c == 46 then dots = dots + 1 elseif c < 48 then return nil elseif c > 57 then letters = true end
  end
  return dots > 0 and (dots ~= 3 or letters) and text or nil
end

-- Where a greeting begins to tell of the session: the time it has now, but not that of a build, in brackets or
-- behind a version; which user this is, and from where.
local told = banner.before(banner.blanks .. [[\b(?:at|on|is|now|ready)[\x20:]+]] .. banner.now,
  [[,\x20+(?=\d\d:\d\d:)]] .. banner.now,
  [[(?:[.;]?(?:\x20|(?<=-))Local)?\x20time\x20is(?:\x20now)?\x20+\d{1,2}:\d\d]],
  [[\x20(?:number\x20|\#)?\d{1,6}\x20(?:out\x20)?of\x20\d]], banner.peer)

local function model(text, list, starts)
  local welcome = list[2] == "Welcome" and list[3] == "to"
  local at = welcome and 4 or string.sub(list[2] or "", 1, 3) == "ET0" and 3 or 2
  local first = string.lower(list[at] or "")
  local whole = string.sub(first, 1, 9) == "fritz!box" or string.sub(first, 1, 9) == "speedport"
  if not models[first] and not whole then return nil end
  local stop, after = at + 1, starts[at] + #list[at]
  while list[stop] and not model_ends[string.lower(list[stop])] and not dotted(list[stop]) do
    local c = string.byte(text, after)
    if starts[stop] ~= after + 1 or c ~= 32 and c ~= 45 then break end
    stop, after = stop + 1, starts[stop] + #list[stop]
  end
  -- Model(provider): what is bracketed at once belongs to it.
  if whole and string.byte(text, after) == 40 then
    local close = after
    while close <= #text and string.byte(text, close) ~= 41 do close = close + 1 end
    after = close + 1
  end
  return (whole or stop > at + 1) and string.sub(text, starts[at], after - 1) or nil
end

-- Devices of other makers: words before "FTP server", "Ver" or "ready", of which one mixes capitals and
-- figures (AB-C1000), or a name and figures (Name 120i).
local unit_ends = { ftp = true, ver = true, version = true, ready = true, ["ready."] = true, network = true }
local function unit(text)
  local at, list, mixed, named = 5, {}, false, false
  while at <= #text do
    local stop = at
    while stop <= #text and string.byte(text, stop) ~= 32 and string.byte(text, stop) ~= 10
      and string.byte(text, stop) ~= 13 do
      stop = stop + 1
    end
    local word = string.sub(text, at, stop - 1)
    local digits, capital, dot, other = 0, false, false, false
    for i = 1, #word do
      local c = string.byte(word, i)
      if c >= 48 and c <= 57 then digits = digits + 1
      elseif c >= 65 and c <= 90 then capital = true
      elseif c == 46 then dot = true
      elseif c < 97 and c ~= 43 and c ~= 45 and c ~= 95 and c ~= 33 or c > 122 then other = true end
    end
    if unit_ends[string.lower(word)] or other or dot and digits > 1 then break end
    local serial = string.sub(word, 1, 3) == "ET0" or #word == 15 and string.sub(word, 1, 3) == "lex"
    if #list > 4 then return nil end
    if word ~= "" and not dot and not serial and word ~= "Welcome" and word ~= "to" and word ~= "the" then
      list[#list + 1] = word
      mixed = mixed or digits > 1 and capital
      named = named or digits > 2 and #list > 1 and (string.byte(list[1]) or 97) < 91
    end
    at = stop + 1
  end
  return (mixed or named) and #list > 0 and table.concat(list, " ") or nil
end

-- A firmware that begins with letters: AB.CDE.F123, behind the word Server.
local function lettered(word)
  local dots, digits = 0, 0
  for i = 1, #word do
    local c = string.byte(word, i)
    if c == 46 then dots = dots + 1
    elseif c >= 48 and c <= 57 then digits = digits + 1
    elseif c < 65 or c > 90 and (c < 97 or i < #word - 2) then return nil end
  end
  return dots >= 2 and digits > 0 and string.byte(word, #word) ~= 46 and word or nil
end

-- A product's name ends in FTPD or FTP, or stands before "FTP server".
local function product(word, after, kind)
  for i = 1, #word do
    local c = string.byte(word, i)
    if c ~= 45 and (c < 65 or c > 90 and c < 97 or c > 122) then return nil end
  end
  if #word > 4 and (string.lower(string.sub(word, -4)) == "ftpd" or string.sub(word, -3) == "FTP") then
    return word
  end
  local c = string.byte(word)
  local server = kind == "Server" or kind == "server" or kind == "Service" or kind == "service"
  return after == "FTP" and server and c >= 65 and c <= 90 and #word > 1 and word .. " FTP" or nil
end

local function meaning(text)
  text = string.sub(text, 1, 300)
  local list, starts = banner.words(text)
  local found = banner.named(list, known, between, function(name, k)
    -- What follows a maker is a model, and what stands in square brackets an address.
    return name[1] and string.byte(text, starts[k] - 1) ~= 91
  end)
  for i = 2, #list do
    local word, lower, after = list[i], string.lower(list[i]), list[i + 1] or " "
    local before = string.byte(text, starts[i] - 1)
    if systems[lower] and not found.os and #after > 0 and (before == 32 or before == 40) then
      found.os = systems[lower] .. (lower == "sunos" and dotted(after) and " " .. after or "")
    end
    found.product = found.product or product(word, after, list[i + 2])
    if lower == "server" and not found.version then found.version = lettered(after) end
    -- VxWorks6.9: the word and its number are one.
    if string.sub(lower, 1, 7) == "vxworks" and dotted(string.sub(word, 8)) then
      found.product, found.os, found.version = "VxWorks", "VxWorks", string.sub(word, 8)
    end
    -- The number behind "version", or behind what a server is called.
    local v = string.byte(after)
    if not found.version and announced[lower] then
      found.version = banner.number(after)
    elseif not found.version and (v == 118 or v == 86 or between[lower] or systems[lower]
      or string.sub(lower, -3) == "ftp" or string.sub(lower, -4) == "ftpd") then
      found.version = dotted(after)
    end
  end
  for i = 3, found.version and 0 or #list do
    found.version = found.version or dotted(list[i])
  end
  found.device = model(text, list, starts)
  if not found.device and (not found.product or string.sub(found.product, -4) == " FTP") then
    found.device = unit(text)
    if found.device then found.product = nil end
  end
  if not found.product and found.os and string.sub(found.os, 1, 5) == "SunOS" then
    -- SunOS 5.7 is Solaris 7, and 5.6 was 2.6.
    local minor = found.version and string.sub(found.version, 1, 2) == "5."
      and tonumber(string.sub(found.version, 3))
    if minor then found.version = minor < 7 and "2." .. minor or string.format("%d", minor) end
    found.product, found.vendor = "Solaris", "Sun"
  end
  for i = 2, #list - 1 do
    if list[i] == "inetutils" then found.product, found.vendor = "GNU inetutils ftpd", "GNU" end
    if list[i] == "TelePresence" or list[i] == "Telepresence" then
      found.product, found.vendor = "TelePresence", "Cisco"
    end
  end
  found.product = found.product or found.device or found.os
  -- 1.2(3.45): what is bracketed at once is a part of the number, unless it only counts builds: 1.2(1).
  if found.version and found.product ~= "WU-FTPD" then
    for i = 1, #text - #found.version do
      if string.sub(text, i, i + #found.version) == found.version .. "(" then
        local close = i + #found.version + 1
        while string.byte(text, close)
          and (string.byte(text, close) == 46 or string.byte(text, close) >= 48
            and string.byte(text, close) <= 57) do
          close = close + 1
        end
        if string.byte(text, close) == 41 and close - i - #found.version > 3 then
          found.version = string.sub(text, i, close)
        end
        break
      end
    end
  end
  return found
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
    check = function(m) return not greets_as_mail(m) and not may_be_news(m) end,
  },
  -- The greeting names FTP, whatever the client said.
  tcp {
    client = none { mail_words },
    server = matches [[^220[ -](?:[^\r\n]{0,200}(?<![A-Za-z])(?i:ftp|[a-z-]{2,12}ftpd?\b))]],
    alone = "server",
  },
  -- A mail client is turned away by a server that names FTP.
  tcp {
    client = mail_words,
    server = matches [[^220[ -](?![^\r\n]*SMTP)[^\r\n]{0,200}(?<![A-Za-z.])(?i:ftp\b|[a-z-]{2,12}ftpd?\b)[^\r\n]*\r?\n(?:220[^\r\n]*\r?\n)*5\d\d ]],
  },
  -- Answers that mail never gives: 331 password wanted, 230 logged in, 215 system, 227 and 229 passive, 234
  -- protected.
  tcp {
    client = none { mail_words },
    server = all { starts "220", reply { 331, 332, 230, 215, 227, 229, 234 } },
    alone = "server", check = function(m) return codes_exist(m.server) end,
  },
  -- A whole login without its answers.  POP3 logs in with the same two words, so a third one must be FTP's
  -- own.
  tcp {
    client = all {
      command { "USER" }, command { "PASS" },
      command { "SYST", "PASV", "EPSV", "PORT", "EPRT", "TYPE", "FEAT", "CWD", "PWD", "SIZE", "STOR",
        "OPTS" },
    },
    server = reply { 220, 120, 331, 230 },
    alone = "client",
  },

  -- What no other client says: TLS asked for by AUTH, or a data connection and then a transfer.
  tcp { client = any { starts_nocase "AUTH TLS\r\n", starts_nocase "AUTH SSL\r\n",
    starts_nocase "AUTH TLS-C\r\n" },
    server = reply { 220, 120, 234, 334, 421, 500, 502, 504, 530, 534 }, alone = "client" },
  tcp { client = all { command { "PASV", "EPSV", "PORT", "EPRT" }, command { "TYPE", "RETR", "STOR", "LIST",
    "NLST", "MLSD" } },
    server = reply { 220, 120, 200, 227, 229, 150, 125, 226, 250, 500 }, alone = "client" },

  upgrade "tls" {},                                              -- AUTH TLS (RFC 4217 section 4)

  fields {
    server = {
      -- A greeting of many lines often names the software in the last.
      [[(?x) ^ (?<banner> \d{3}
        (?: [ ] (?<hostname> [A-Za-z0-9-]+ (?:\.[A-Za-z0-9-]+)+ ) (?=[ ](?i:ftp|gridftp))
        | - (?= (?s:.*?) \n220[ ] (?<info>]] .. told .. [[) ) )? ]] .. told .. [[ ) ]],
      -- OS/400 says two spaces.
      [[(?m)^215 +(?<os>UNIX|Windows_NT|VMS|OS/400|MVS)]],
    },
    client = [[(?im)^USER[ ](?<user>[^\r\n]{1,64})]],
    describe = { banner = meaning, info = meaning },
  },

  -- The data connection opens from the side that did not name the endpoint (RFC 959 section 4.1.2, RFC 2428).
  expect_flow { client = "PORT ", notation = "ftp", as = "ftp-data" },
  expect_flow { client = "EPRT ", notation = "extended", as = "ftp-data" },
  expect_flow { server = "227 ", notation = "ftp", as = "ftp-data" },
  expect_flow { server = "229 ", notation = "extended", as = "ftp-data" },
  expect_flow { after = "tls", as = "ftp-data" },

  probe { after = "server", send = "FEAT\r\n", answer = [=[^(?:211|530)[ -]]=] },

  example { client = "USER anonymous\r\n", server = "220 Welcome\r\n331 Send password\r\n" },
  example { client = "USER alice\r\n", server = "220 Welcome\r\n530 Anonymous logins only.\r\n" },
  example { client = "USER alice\r\nPASS secret\r\nSYST\r\n",
    server = "220-QTCP at as400.example.org.\r\n"
      .. "220 Connection will close if idle more than 5 minutes.\r\n331 Enter password.\r\n"
      .. "230 ALICE logged on.\r\n215  OS/400 is the remote operating system.\r\n" },
  example { client = "auth tls\r\n",
    server = "220-Hello\r\n220-There are rules\r\n220 Go\r\n234 Proceed\r\n" },
  example { client = "QUIT\r\n", server = "220 example.org FTP server ready\r\n" },
  example { server = "220 (DemoFTPd 1.2.3)\r\n" },
  example { client = "USER a\r\nPASS b\r\nSYST\r\nPASV\r\n" },
  counterexample { client = "EHLO example.org\r\nAUTH PLAIN\r\n",
    server = "220 mail.example.org ESMTP\r\n250 AUTH PLAIN\r\n" },
  counterexample { client = "AUTH LOGIN\r\n", server = "334 VXNlcm5hbWU6\r\n" },
  counterexample { client = "USER a\r\nPASS b\r\n", server = "+OK POP3 ready\r\n+OK\r\n" },
  counterexample { client = "QUIT\r\n", server = "220 mail.example.org ESMTP\r\n221 Bye\r\n" },
  example { client = "EHLO a\r\n", server = "220 FTP server ready\r\n500 EHLO not understood\r\n" },
  counterexample { server = "220 ready\r\n" },
  example { client = "AUTH TLS\r\n" },
  example { client = "TYPE I\r\nPASV\r\nRETR a\r\n" },
  counterexample { client = "AUTH secret\r\n" },
  counterexample { client = "LIST\r\nRETR 1\r\n" },
  counterexample { client = "QUIT\r\n", server = "220 ready\r\n331 go on\r\n949 stop\r\n" },
  -- Shared with mail: QUIT, HELP, NOOP.
  counterexample { client = "QUIT\r\n", server = "220 ready\r\n221 Bye\r\n" },
  counterexample { client = "NOOP\r\n", server = "220 ready\r\n250 ok\r\n" },
  counterexample { client = "HELP\r\n", server = "220 ready\r\n214 ok\r\n" },
  counterexample { client = "LIST\r\n", server = "200 ready\r\n215 list follows\r\n" },
  counterexample { client = "NICK a\r\nUSER a 0 * :a\r\n", server = ":irc.example.org NOTICE * :hello\r\n" },
}
