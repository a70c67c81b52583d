-- Negotiation opens the conversation: IAC (255), then WILL, WONT, DO or DONT (251 to 254) and an option (RFC
-- 854, 855).

-- Behind these data need not be text: binary, end of record, 3270 and serial ports (RFC 856, 885, 2355, 2217).
local of_data = { [0] = true, [25] = true, [40] = true, [44] = true }

-- Options without a number of the registry, and those of games: MSDP, MSSP, MCCP, MSP, MXP, ZMP, ATCP, GMCP.
local others = { [69] = true, [70] = true, [85] = true, [86] = true, [87] = true, [90] = true, [91] = true,
  [93] = true, [138] = true, [200] = true, [201] = true, [239] = true, [255] = true }

-- How many negotiations stand at the beginning, where they end, and whether any data may follow; nil when one of
-- them is none.
local function negotiations(v)
  local at, count, takes_data = 0, 0, false
  while count < 20 and v:u8(at) == 255 do
    local verb, option = v:u8(at + 1), v:u8(at + 2)
    if not verb then break end
    if verb >= 251 and verb <= 254 then
      if not option then break end
      -- the assigned options
      if option > 49 and not others[option] then return nil end
      takes_data = takes_data or of_data[option] == true
      at, count = at + 3, count + 1
    elseif verb == 250 then                                      -- a subnegotiation runs to IAC SE
      local stop = v:find(at + 2, "\xFF\xF0")
      if not stop then break end
      at, count = stop + 2, count + 1
    elseif verb >= 240 then
      at = at + 2
    else
      return nil
    end
  end
  return count, at, takes_data
end

-- What is sent behind negotiations is text, in any character set, or another command.  Some ask who is there (5) or
-- change the set (14, 15).
local function goes_on(v, from, takes_data)
  if takes_data then return true end
  for at = from, math.min(from + 5, v:size() - 1) do
    local c = v:u8(at)
    if c == 255 then return true end
    local is_text = c == 0 or c == 5 or c >= 7 and c <= 15 or c == 27 or c >= 32 and c ~= 127
    if not is_text then return false end
  end
  return true
end

-- Terminal type, window size, speed, flow control, display, environment: servers ask for them (DO), clients
-- have them (WILL or WONT; RFC 1091, 1073, 1079, 1372, 1096, 1408, 1572). With the echo it is the other way
-- about (RFC 857).
local of_terminals = { [24] = true, [31] = true, [32] = true, [33] = true, [35] = true, [36] = true,
  [39] = true }

-- More than 0 for the words of a server, less for those of a client.
local function sounds_like_server(v)
  local at, sum = 0, 0
  while at < 90 and v:u8(at) == 255 do
    local verb, option = v:u8(at + 1), v:u8(at + 2)
    if not option or verb < 250 then break end
    if verb == 250 then
      at = v:find(at + 2, "\xFF\xF0")
      if not at then break end
    elseif of_terminals[option] then
      if verb == 253 then sum = sum + 1 elseif verb ~= 254 then sum = sum - 1 end
    elseif option == 1 then
      if verb == 251 then sum = sum + 1 elseif verb == 253 then sum = sum - 1 end
    end
    at = at + (verb == 250 and 2 or 3)
  end
  return sum
end

-- One negotiation each is enough when both negotiate; a side that does so alone needs two, or readable text
-- after it.
local function check(m)
  local ask, answer = m.client and m.client:u8(0) == 255, m.server and m.server:u8(0) == 255
  -- Joined without its handshake: the other way about, they sound as they should.
  if ask and answer and sounds_like_server(m.server) < 0
    and sounds_like_server(m.client) > 0 then return false end
  local v = answer and m.server or m.client
  local count, stop, takes_data = negotiations(v)
  if not count or count < 1 or not goes_on(v, stop, takes_data) then return false end
  if count >= 2 then return true end
  if ask and answer then
    local other, behind, client_takes_data = negotiations(m.client)
    return other ~= nil and other >= 1 and goes_on(m.client, behind, takes_data or client_takes_data)
  end
  if v:size() < stop + 6 then return v:size() <= stop and more or false end
  for at = stop, stop + 5 do
    local letter = v:u8(at)
    if letter ~= 13 and letter ~= 10 and (letter < 32 or letter > 126) then return false end
  end
  return true
end

-- FA to FE: subnegotiation or one of the four verbs; the check looks closer.
local negotiation = any { bytes "FF FA", bytes "FF FB", bytes "FF FC", bytes "FF FD", bytes "FF FE" }

-- What a server is stands in the text behind its first negotiations, often in a segment of its own.  With
-- a prompt the text is complete; until then the flow waits, but for no more than the server's first 1 KB.
local prompted = matches [[(?six) ^\xFF .*? (?: (?:login|user|username|name|password|passwd|account|hostname) [^\r\n:]{0,20} : | [>\#$%] [ ]? \z )]]
local later = none { contains "\xFF\xFF\xFF\xFF\xFF" }

-- Names by which systems are known, where they call themselves otherwise.
local names = {
  mikrotik = { "RouterOS", "MikroTik" }, ["dd-wrt"] = { "DD-WRT", "DD-WRT" },
  openwrt = { "OpenWrt", "OpenWrt" },
  fg = { "FortiOS", "Fortinet" }, ["remote management console"] = { "ScreenOS", "Juniper" },
  ["unix(r) system v"] = { "Solaris", "Sun" }, ["cisco configuration professional"] = { "IOS", "Cisco" },
  ["user access verification"] = { "IOS", "Cisco" }, ["huawei"] = { "VRP", "Huawei" },
  ["tasman networks"] = { "Tasman Networks router", "Tasman" },
  ["ios xr"] = { "IOS XR", "Cisco" }, ["cisco ios"] = { "IOS", "Cisco" },
  ["windows ce"] = { "Windows CE", "Microsoft" },
  ["microsoft telnet service"] = { "Windows Telnet Service", "Microsoft" },
  ["microsoft telnet server"] = { "Windows Telnet Server", "Microsoft" },
}
local function named(text)
  local known = names[string.lower(text)]
  if known then return { product = known[1], vendor = known[2] } end
  return { product = text }
end

-- "Debian GNU/Linux 8": the name ends where the number begins.
local function system(text)
  for i = 2, #text do
    local c, before = string.byte(text, i), string.byte(text, i - 1)
    if c >= 48 and c <= 57 and (before == 32 or before == 45) then
      local stop = i - 2
      for _, word in ipairs({ " release", " version", "-C", "-B" }) do
        if string.sub(text, stop - #word + 1, stop) == word then stop = stop - #word end
      end
      local name = string.sub(text, 1, stop)
      -- Distributions that do not say so themselves.
      if name == "CentOS" or name == "Fedora" or name == "Ubuntu" then
        return { product = name .. " Linux", vendor = name }
      end
      if name == "TiMOS" then return { product = name, vendor = "Nokia" } end
      return { product = name }
    end
  end
  return { product = text }
end

protocol "telnet" {
  title     = "Telnet",
  reference = "RFC 854, RFC 855",
  category  = "remote-access",
  ports     = { "23/tcp" },
  alternates = { "2323/tcp", "2023/tcp", "992/tcp" },

  tcp { server = all { negotiation, prompted }, check = check },
  tcp { server = all { negotiation, later }, alone = "server", check = check },
  -- Some servers greet first and negotiate when asked.
  tcp { client = negotiation, server = all { negotiation, later }, alone = "client", check = check },

  fields {
    server = {
      -- Not from the option of a negotiation on, which may be printable: 39 is an apostrophe.
      [[(?<![\xfa-\xfe])(?<banner>[\x20-\x7e]{4,}[^\r\n\xff]*)]],
      -- /etc/issue.net and its like: the system and its release, often the kernel, then the host's name at
      -- the prompt.
      [[(?<os>(?:Debian GNU/Linux|Ubuntu|CentOS|Red Hat|Fedora|Raspbian GNU/Linux|SUSE|openSUSE|Amazon Linux|Mandrake|Turbolinux|Slackware|FreeBSD|OpenBSD|NetBSD|SunOS|HP-UX|AIX|VxWorks|TiMOS|KeeneticOS|Windows CE|Cisco IOS|RouterOS|OpenWrt)[\x20-\x24\x26-\x7e]{0,40}?(?: |-[BC]-|version )(?<version>\d+(?:\.\d+)*[\w.-]*))]],
      [[(?<os>Windows)(?! NT| CE)[^\r\n]*]],
      [[(?i)(?<system_name>Microsoft Telnet (?:Service|Server)|Windows CE(?= Telnet)|Remote Management Console|UNIX\(r\) System V|Cisco Configuration Professional|Tasman Networks)]],
      -- FortiGates call themselves by their serial number until they are named.
      [[(?<system_name>FG)(?:T|VM|\d{2,3})[0-9A-Z]{8,} login:]],
      [[(?<product>(?:MKS|Pragma|GoodTech|KpyM|SLnet|Georgia SoftWorks) Telnet Server)]],
      -- Some name the release and not the system: Linux 2.6.32 on an x86_64, "Name v1.2" in the first line.
      [[(?x) ^ [\xF0-\xFF] (?s:[^\x20-\x7E]|\xFF..)*? (?: [*=\#\-\s]*+ (?<system_name> [A-Z][\w.-]* (?:\ [A-Z]\w*)? ) [ ] v(?<version>\d+\.\d[\w.]*) ) ]],
      [[(?i)\b(?:version|ver|firmware version *:|release|software version)[ :]*[vV]?(?<version>\d+\.\d\w*(?:\.\w+)*)]],
      [[(?i)(?:Model name *: *|Welcome to (?:the )?+)(?<device>(?!Microsoft|Windows|MKS|SuSE)[A-Z][\w.+-]*(?: [A-Z]+(?= \d))?(?: [\w.+/-]*\d[\w.+-]*)?)]],
      [[\b(?<vendor>Cisco|Nokia|Huawei|Grandstream|Polycom|Moxa|HP|Juniper|MikroTik|Zyxel|ZyXEL|D-Link|TP-LINK|NETGEAR|Alcatel|Ericsson|Siemens|Lantronix|Hikvision|Dahua|Microsoft|Check Point)\b]],
      [[(?m)^(?<hostname>[A-Za-z][\w.-]*) (?i:login): ?$]],
      [[(?i)(?<system_name>Data ONTAP|IPSO|JetDirect|DrayTek|ScreenOS|FortiGate|FireWall-1|Raptor|KeeneticOS|RDK|RouterOS|IOS XR|Cisco IOS|NetWeaver|EOS|Junos|IRIX|ULTRIX|OpenVMS|Tru64)\b]],
      [[\b(?<system_name>RDK) \([^)\r\n]*\) (?<version>[\d.]+)]],
      [[(?<system_name>SuSE Linux) (?<version>[\d.]+)]],
      -- A model: at the prompt in capitals and figures, or the first word of that kind with at most two
      -- words before it.
      [[(?<device>(?<![\w.-])(?!FG[TV\d])[A-Z][A-Z0-9]*\d[A-Z0-9]*(?:[-_.][A-Z0-9]+)*|(?<![\w.-])[A-Z]{2,}(?:[-_.][A-Z0-9]*\d[A-Z0-9]*)+)[ ](?i:login):]],
      [[(?<device>(?<![\w.\/-])[A-Za-z][\w\/-]*\d[\w\/-]*)(?= Ver )]],
      [[(?<device>(?!Copyright|Build|Version|Release|Port|Room|Windows|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* )(?<!\w)[A-Z][A-Za-z]+ \d{3,4}[A-Za-z]*)(?=[ \r])]],
      [[(?<device>(?<![\w.\/-])(?!FG[TV\d])[A-Z][A-Za-z]{0,12}(?:-[A-Z]{0,3})?\d{2,}(?:[\w+-]*[\w+])?)(?![.:\/\d])]],
    },
    describe = { system_name = named, os = system, device = named },
  },

  -- No to the four options that telnetd asks for first.
  probe { after = "server", send = "\xFF\xFC\x18\xFF\xFC\x20\xFF\xFC\x23\xFF\xFC\x27" },

  example { client = "\xFF\xFB\x18", server = "\xFF\xFD\x18\xFF\xFD\x20login: " },
  example { server = "\xFF\xFB\x01\xFF\xFB\x03\xFF\xFD\x1F" },
  example { client = "root\r\n", server = "\xFF\xFB\x01login: " },
  -- How systems and devices greet, behind what they negotiate.
  example { server = "\xFF\xFD\x18\xFF\xFD\x20\xFF\xFD\x23\xFF\xFD\x27\z
      Debian GNU/Linux 8\r\nsrv1 login: " },
  example { server = "\xFF\xFD\x25\xFF\xFB\x01\xFF\xFD\x03\xFF\xFD\x27\xFF\xFD\x1F\z
      Microsoft (R) Windows (TM) Version 5.00 (Build 2195)\r\n\z
      Welcome to Microsoft Telnet Service \r\nlogin: " },
  example { server = "\xFF\xFB\x01\xFF\xFB\x03FGT60D4614012345 login: " },
  example { server = "\xFF\xFB\x01\xFF\xFB\x03\xFF\xFD\x18\z
      Georgia SoftWorks Telnet Server for Windows 2000\r\n\r\nlogin: " },
  example { server = "\xFF\xFB\x01\xFF\xFB\x03\xFF\xFD\x18\xFF\xFD\x1F\r\z
      MikroTik v6.49.10 (stable)\r\nLogin: " },
  example { server = "\xFF\xFB\x01\xFF\xFB\x03Model name       : NPort 5110\r\n\z
      MAC address      : 00:90:E8:00:00:01\r\nFirmware version : 2.7 Build 15020616\r\n\r\n\z
      Please keyin your password:" },
  example { server = "\xFF\xFB\x03\xFF\xFB\x01Data ONTAP (toaster.example.org)\r\nlogin: " },
  example { server = "\xFF\xFD\x01\xFF\xFD\x1F\xFF\xFB\x01\xFF\xFB\x03\z
      RDK (A Yocto Project based Distro) 2.0 box1\r\n\r\nbox1 login: " },
  example { server = "\xFF\xFD\x18\xFF\xFD\x20\xFF\xFD\x23\xFF\xFD\x27\z
      Welcome to SuSE Linux 9.3 (i586) - Kernel 2.6.11.4-21.17-default (2).\r\n\r\n\z
      linux1 login: " },
  example { server = "\xFF\xFD\x01\xFF\xFD\x1F\xFF\xFB\x01\xFF\xFB\x03\r\nRT-AC68U login: " },
  example { server = "\xFF\xFB\x01\xFF\xFB\x03\z
      SHARP MX-2300N Ver 01.02.00 TELNET server.\r\nlogin: " },
  -- A terminal of the 3270 kind: data, in no letters of ASCII.
  example { client = "\xFF\xFB\x18\xFF\xFB\x19\xFF\xFB\x00",
    server = "\xFF\xFD\x18\xFF\xFD\x19\xFF\xFD\x00\x05\xC3\x11\x40\x40\x1D\xF0" },
  -- In other letters: UTF-8, GBK, frames of box drawing, and what BBSes draw.
  example { client = "admin\r\n", server = "\xFF\xFB\x01\xFF\xFB\x03\xFF\xFD\x18Логин: " },
  example { client = "admin\r\n", server = "\xFF\xFB\x01\xFF\xFB\x03\xD3\xC3\xBB\xA7\xC3\xFB:" },
  example { client = "\xFF\xFD\x01\xFF\xFD\x03\xFF\xFB\x18",
    server = "\xFF\xFB\x01\xFF\xFB\x03\xFF\xFD\x18╔════╗\r\n" },
  example { server = "\xFF\xFB\x01\xFF\xFB\x03\xFF\xFD\x22\xB0\xB1\xB2 Hello \xB2\xB1\xB0\r\n" },
  -- Who is there? And into another character set and back.
  example { server = "\xFF\xFB\x01\xFF\xFB\x03\xFF\xFD\x18\x05" },
  example { server = "\xFF\xFB\x01\xFF\xFB\x03\xFF\xFD\x18\x0E\x0Flogin: " },
  -- A game: GMCP, MSDP and compression.
  example { server = "\xFF\xFB\xC9\xFF\xFB\x45\xFF\xFB\x56Welcome to the dungeon!\r\n" },
  -- roles reversed
  counterexample { client = "\xFF\xFD\x18\xFF\xFD\x20", server = "\xFF\xFB\x18\xFF\xFC\x20" },
  counterexample { client = hex "8A 11 22 33 44 55 66 77", server = hex "FF FD 18 9A 11 22 33 44 55 66 77" },
  counterexample { server = "\xFF\xFB\x90\x64\x00\x0F\xFF\xFB\x90" },
  counterexample { server = "\xFF\xD8\xFF\xE0\0\x10JFIF" },
  -- What follows is no text.
  counterexample { server = "\xFF\xFB\x01\xFF\xFB\x03\x9C\x41\x02\xE7\x00\x05" },
  counterexample { client = hex "FF FD 01 00 00 01 00 00 00 00", server = hex "FF FD 01 00 00 01 00 00 00 00" },
}
