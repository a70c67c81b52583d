-- Both sides open with an identification line: SSH-protoversion-softwareversion SP comments CR LF.

-- The first word of the software, in lower case: its usual name, who makes it, and what it runs on where that
-- is certain.
local makers = {
  openssh = { "OpenSSH", "OpenBSD" }, dropbear = { "Dropbear SSH", "Dropbear SSH Project" },
  libssh = { "libssh", "libssh" }, libssh2 = { "libssh2", "libssh2" }, paramiko = { "Paramiko", "Paramiko" },
  asyncssh = { "AsyncSSH", "AsyncSSH" }, twisted = { "Twisted Conch", "Twisted Matrix Labs" },
  apache = { "Apache MINA SSHD", "Apache" }, go = { "Go SSH", "Google" },
  sun = { "Sun SSH", "Sun", "Solaris" }, lsh = { "lsh", "GNU" }, putty = { "PuTTY", "Simon Tatham" },
  cisco = { "Cisco SSH", "Cisco" }, huawei = { "VRP", "Huawei", "VRP" },
  comware = { "Comware", "HPE", "Comware" }, rosssh = { "RouterOS", "MikroTik", "RouterOS" },
  mpssh = { "iLO", "HP", "iLO" }, ipssh = { "IPSSH", "Wind River", "VxWorks" },
  romsshell = { "RomSShell", "Allegro" }, mocana = { "Mocana Embedded SSH Server", "Mocana" },
  weonlydo = { "WeOnlyDo SSH Server", "WeOnlyDo" }, vshell = { "VShell", "VanDyke" },
  netscreen = { "NetScreen", "Juniper", "ScreenOS" },
  wrqreflectionforsecureit = { "Reflection for Secure IT", "Attachmate" },
  reflectionforsecureit = { "Reflection for Secure IT", "Attachmate" },
  crushftpsshd = { "CrushFTP", "CrushFTP" }, cerberusftpserver = { "Cerberus FTP Server", "Cerberus" },
  cerberus = { "Cerberus FTP Server", "Cerberus" }, sftpgo = { "SFTPGo", "SFTPGo" },
  mod = { "ProFTPD mod_sftp", "ProFTPD Project" }, confd = { "ConfD", "Tail-f" },
  erlang = { "Erlang SSH", "Ericsson" }, gitlab = { "GitLab SSHD", "GitLab" },
  forgejo = { "Forgejo", "Forgejo" }, teleport = { "Teleport", "Gravitational" },
  process = { "MultiNet", "Process Software", "OpenVMS" }, aws = { "AWS Transfer for SFTP", "Amazon" },
  xlightftpd = { "Xlight FTP Server", "Xlight" }, serv = { "Serv-U", "SolarWinds" },
  arris = { "ARRIS", "ARRIS" }, lancom = { "LANCOM SSH", "LANCOM", "LCOS" },
  zyxel = { "Zyxel SSH", "Zyxel" }, fortressssh = { "Pragma FortressSSH", "Pragma Systems", "Windows" },
  lantronix = { "Lantronix SSH", "Lantronix" },
  globalscape = { "GlobalSCAPE Secure FTP Server", "GlobalSCAPE", "Windows" },
  winsshd = { "WinSSHD", "Bitvise", "Windows" },
  bitvise = { "Bitvise WinSSHD", "Bitvise", "Windows" },
  ws = { "WS_FTP Server", "Ipswitch", "Windows" }, moveit = { "MOVEit Transfer", "Progress", "Windows" },
  pragma = { "FortressSSH Server", "Pragma Systems", "Windows" }, cleo = { "Cleo VLProxy", "Cleo" },
  secure = { "SSH Tectia Server", "SSH Communications Security" },
  tectia = { "SSH Tectia Server", "SSH Communications Security" }, core = { "Apache MINA SSHD", "Apache" },
}

local function is_letter(c) return c ~= nil and (c >= 65 and c <= 90 or c >= 97 and c <= 122) end
local function is_digit(c) return c ~= nil and c >= 48 and c <= 57 end

-- Names end at a blank, a hyphen, an underline, a colon or a dot.
local function words(text, from)
  local list, start = {}, from
  for i = from, #text + 1 do
    local c = string.byte(text, i) or 32
    if c == 32 or c == 45 or c == 95 or c == 58 or c == 46 then
      if i > start then list[#list + 1] = string.lower(string.sub(text, start, i - 1)) end
      start = i + 1
    end
  end
  return list
end

-- What the software runs on stands behind its name: Debian-8ubuntu1 is Ubuntu's, so that the earlier name in the
-- list counts.
local systems = {
  "ubuntu", "raspbian", "freebsd", "netbsd", "openbsd", "windows", "openvms", "debian",
}
local first_bytes = {}
for i = 1, #systems do first_bytes[string.byte(systems[i])] = true end
local written = {
  ubuntu = "Ubuntu", raspbian = "Raspbian", freebsd = "FreeBSD", netbsd = "NetBSD", openbsd = "OpenBSD",
  windows = "Windows", openvms = "OpenVMS", debian = "Debian",
}
local function system(text, from)
  local lower, best = string.lower(text), #systems + 1
  for i = from, #lower do
    if first_bytes[string.byte(lower, i)] then
      local before = string.byte(lower, i - 1)
      for k = 1, best - 1 do
        local name = systems[k]
        if (name == "ubuntu" or before == 32 or before == 95)
          and string.sub(lower, i, i + #name - 1) == name then best = k break end
      end
    end
  end
  return written[systems[best]]
end

-- The name at the beginning: letters, and further words of letters behind a hyphen or an underline.
local function name_at(text, from)
  local i = from
  while is_letter(string.byte(text, i)) do
    while is_letter(string.byte(text, i)) do i = i + 1 end
    local c = string.byte(text, i)
    if c ~= 45 and c ~= 95 or not is_letter(string.byte(text, i + 1)) then break end
    i = i + 1
  end
  return i > from and string.sub(text, from, i - 1) or nil
end

-- The first number behind a name and one of _ / - and blank, perhaps with a v.
local function number_in(text, from)
  for i = from, #text do
    local c = string.byte(text, i)
    if (c == 95 or c == 47 or c == 32 or c == 45) and is_letter(string.byte(text, i - 1)) then
      local at = string.byte(text, i + 1) == 118 and i + 2 or i + 1
      if is_digit(string.byte(text, at)) then from = at break end
    end
    if i == #text then return nil end
  end
  local stop = from
  while true do
    local c = string.byte(text, stop)
    if not (is_digit(c) or is_letter(c) or c == 46 or c == 95) then break end
    stop = stop + 1
  end
  return string.sub(text, from, stop - 1)
end

-- Some put the name of their library first: 1.0 library: Product (server) 2.3
local function behind_library(text, from)
  local i = from
  while is_digit(string.byte(text, i)) or string.byte(text, i) == 46 do i = i + 1 end
  if i == from or string.byte(text, i) ~= 32 then return nil end
  i = i + 1
  while is_letter(string.byte(text, i)) do i = i + 1 end
  if string.sub(text, i, i + 1) ~= ": " or not is_letter(string.byte(text, i + 2)) then return nil end
  local start, stop = i + 2, i + 2
  while is_letter(string.byte(text, stop)) or string.byte(text, stop) == 32 do stop = stop + 1 end
  local last = stop - 1
  while string.byte(text, last) == 32 do last = last - 1 end
  i = stop
  if string.byte(text, i) == 40 then
    while i <= #text and string.byte(text, i - 1) ~= 41 do i = i + 1 end
    while string.byte(text, i) == 32 do i = i + 1 end
  end
  stop = i
  while is_digit(string.byte(text, stop)) or string.byte(text, stop) == 46 do stop = stop + 1 end
  return string.sub(text, start, last), stop > i and string.sub(text, i, stop - 1) or nil
end

local function meaning(text)
  text = string.sub(text, 1, 300)
  local from = 5
  while from <= #text and string.byte(text, from) ~= 45 do from = from + 1 end
  from = from + 1
  local found = { os = system(text, from) }
  -- Where a number or a library comes first, the name is among the words that follow.
  for i, word in ipairs(words(text, from)) do
    local maker = makers[word]
    if maker then
      found.product, found.vendor, found.os = maker[1], maker[2], maker[3] or found.os
      break
    end
    if i > 6 or i == 1 and not is_digit(string.byte(word)) and word ~= "ssh" and word ~= "sshd" then break end
  end
  local name, version = behind_library(text, from)
  found.product = found.product or name or name_at(text, from)
  -- 3.2.9 SSH Secure Shell: here the number comes first.
  local stop = from
  while is_digit(string.byte(text, stop)) or string.byte(text, stop) == 46 do stop = stop + 1 end
  local secure = stop > from and string.sub(text, stop, stop + 7) == " SSH Sec"
  local first = secure and string.sub(text, from, stop - 1) or nil
  found.version = version or number_in(text, from) or first
  return found
end

-- A length, padding, message 20, a cookie of 16 bytes, then a counted list of names.
local methods = { "curve25519", "diffie-hellman-", "ecdh-sha2-", "sntrup761", "mlkem", "gss-", "rsa",
  "kexguess", "ext-info" }
local function exchange(v)
  local length, count = v:u32(0), v:u32(22)
  if not count or count < 8 or count > 2000 or length < count + 30 or length > 8192 then return false end
  for _, method in ipairs(methods) do
    if v:starts(26, method) then return true end
  end
  return false
end

-- Asked for nothing that it could quote, or for a web page that it does not send, a server may greet before
-- its identification; behind it come a complaint or the first packet at most, or nothing yet.
local asks_nothing = matches [[^(?:[\r\n]+\z|[A-Z]{3,10} \S{1,500} HTTP/1\.[01]\r\n)]]
local greets = matches [[(?x) ^(?!HTTP/) (?:[\t\x20-\x7e\x80-\xff]*\r?\n){1,40}?
  SSH-[12]\.\d{1,2}-[\x20-\x7e]+ \r?\n
  (?: \z | \x00\x00 | (?:Protocol[ ]mismatch|Invalid[ ]SSH[ ]identification[ ]string)\. [\r\n]*\z )]]

local function opens(v) return v:starts(0, "SSH-") or exchange(v) end

protocol "ssh" {
  title     = "Secure Shell",
  reference = "RFC 4253 section 4.2",
  category  = "remote-access",
  ports     = { "22/tcp" },
  alternates = { "2222/tcp", "22222/tcp" },

  -- A server may send other lines before its identification, as other servers greet; a client may not.
  tcp { client = bytes "53 53 48 2D [31-32] 2E [30-39]", server = line "SSH-", alone = "client" },
  -- Even a long text, as far as we look; only for clients that speak SSH.
  tcp { client = starts "SSH-", check = function(m)
    if not m.server then return false end
    return m.server:find(0, "\nSSH-") and true or m.server:size() < 2000 and more
  end },
  -- A server that names itself is an SSH server, whatever was said to it (a web scanner, a TLS hello,
  -- garbage).
  tcp { server = starts "SSH-" },

  -- Joined behind the identification, of both or of one: the first packet (RFC 4253 section 7.1) offers ways
  -- to exchange keys, by name.
  tcp { either = any { starts "SSH-", bytes "00 00 0? ?? [04-FF] 14" }, alone = { "client", "server" },
    check = function(m)
      return (not m.client or opens(m.client)) and (not m.server or opens(m.server))
    end },
  tcp { client = asks_nothing, server = all { line "SSH-", greets } },
  -- Else an identification behind other lines tells only where its client was not heard: any server may quote
  -- such a line.
  tcp { server = line "SSH-", alone = "server", check = function(m) return not m.client end },

  fields {
    server = {
      -- TinySSH says eight characters behind its name, others in each session.
      [[(?m)^(?<banner>SSH-(?<protocol_version>[\d.]+)-(?<software>tinyssh_\S+))]],
      [[(?mx) ^ (?!SSH-[\d.]+-tinyssh_) (?<banner> SSH-(?<protocol_version>[\d.]+)-(?<software>\S+)
        (?: [ ] (?<info>[^\r\n]+) )? [^\r\n]* ) ]],
    },
    client = [[^SSH-(?<protocol_version>[\d.]+)-(?<software>[^\r\n]+)]],
    describe = { banner = meaning },
  },

  probe { after = "server", send = "SSH-2.0-offport\r\n" },

  example { client = "SSH-2.0-OpenSSH_9.6\r\n", server = "SSH-2.0-dropbear_2022.83\r\n" },
  example { client = "GET / HTTP/1.1\r\n\r\n", server = "SSH-2.0-OpenSSH_9.6\r\n" },
  example { client = "SSH-1.5-1.2.27\n", server = "Authorised use only\r\nSSH-1.99-Cisco-1.25\n" },
  example { server = "SSH-2.0-OpenSSH_9.6p1 Ubuntu-3\r\n" },
  example { server = "SSH-2.0-tinyssh_20240101 Kq3vZr8T\r\n" },
  example { server = "Authorised use only\r\nSSH-2.0-OpenSSH_9.6\r\n" },
  example { client = "\r\n", server = "Authorised use only\r\n\r\nSSH-2.0-OpenSSH_9.6\r\n" },
  example { client = "\r\n", server = "Authorised use only\nSSH-2.0-OpenSSH_6.6\r\nProtocol mismatch.\n" },
  example { client = "\r\n",
    server = "Authorised use only\r\nSSH-2.0-dropbear_2022.83\r\n\0\0\1\x0C\5\x14" .. string.rep("\xA5", 16) },
  example { client = "GET / HTTP/1.1\r\n\r\n",
    server = "Authorised use only\r\nSSH-2.0-OpenSSH_9.6\r\nInvalid SSH identification string.\r\n" },
  example { client = "SSH-2.0-OpenSSH_9.6\r\n",
      server = string.rep("Authorised use only\r\n", 60) .. "SSH-2.0-a\r\n" },
  example { client = "\0\0\1\x0C\5\x14" .. string.rep("\xA5", 16)
    .. "\0\0\0\x1Bdiffie-hellman-group14-sha1\0\0\0\7ssh-rsa" },
  example { client = "SSH-2.0-OpenSSH_9.6\r\n", server = "\0\0\1\x0C\5\x14" .. string.rep("\xA5", 16)
    .. "\0\0\0\x1Bdiffie-hellman-group14-sha1\0\0\0\7ssh-rsa" },
  counterexample { client = "\0\0\1\x0C\5\x14" .. string.rep("\xA5", 16)
    .. "\0\0\0\x1Bnothing-of-that-kind-at-all\0\0\0\7" },
  counterexample { client = "SSH-2.0-OpenSSH_9.6\r\n", server = "HTTP/1.1 400 Bad Request\r\n\r\n" },
  counterexample { client = "GET / HTTP/1.1\r\n\r\n", server = "HTTP/1.1 200 OK\r\n\r\n" },
  counterexample { client = "GET / HTTP/1.1\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\n\r\nSSH-2.0-OpenSSH_9.6\r\n" },
  counterexample { client = "BANNER 192.0.2.7 22\r\n", server = "It says:\r\nSSH-2.0-OpenSSH_9.6\r\n" },
  counterexample { client = "\r\n", server = "Port 22 says:\r\nSSH-2.0-OpenSSH_9.6\r\nPort 21: closed\r\n" },
  counterexample { client = "banner of 192.0.2.7?\r\n", server = "It says:\r\nSSH-2.0-OpenSSH_9.6\r\n" },
}
