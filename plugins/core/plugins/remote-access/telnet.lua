-- Negotiation opens the conversation: IAC (255), then WILL, WONT, DO or DONT (251 to 254) and an option (RFC 854, 855).

-- How many negotiations stand at the beginning, and where they end; nil when one of them is none.
local function negotiations(v)
  local at, count = 0, 0
  while count < 20 and v:u8(at) == 255 do
    local verb, option = v:u8(at + 1), v:u8(at + 2)
    if not verb then break end
    if verb >= 251 and verb <= 254 then
      if not option then break end
      if option > 49 and option ~= 255 and option ~= 138 and option ~= 239 then return nil end     -- the assigned options
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
  return count, at
end

-- One negotiation each is enough when both negotiate; a side that does so alone needs two, or readable text
-- after it.
local function check(m)
  local ask, answer = m.client and m.client:u8(0) == 255, m.server and m.server:u8(0) == 255
  local v = answer and m.server or m.client
  local count, stop = negotiations(v)
  if not count or count < 1 then return false end
  if count >= 2 then return true end
  if ask and answer then
    local other = negotiations(m.client)
    return other ~= nil and other >= 1
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

protocol "telnet" {
  title     = "Telnet",
  reference = "RFC 854, RFC 855",
  category  = "remote-access",
  ports     = { "23/tcp" },
  alternates = { "2323/tcp", "2023/tcp", "992/tcp" },

  tcp { server = negotiation, alone = "server", check = check },
  -- Some servers greet first and negotiate when asked.
  tcp { client = negotiation, server = negotiation, alone = "client", check = check },

  fields {
    server = {
      [[(?<banner>[\x20-\x7e]{4,}[^\r\n\xff]*)]],
      -- /etc/issue.net and its like: the system and its release, often the kernel, then the host's name at the prompt.
      [[(?<os>(?:Debian GNU/Linux|Ubuntu|CentOS|Red Hat|Fedora|Raspbian GNU/Linux|SUSE|openSUSE|Amazon Linux|Mandrake|Turbolinux|Slackware|FreeBSD|OpenBSD|NetBSD|SunOS|HP-UX|AIX|VxWorks|TiMOS|KeeneticOS|Windows CE|Cisco IOS|RouterOS|OpenWrt|Yocto)[\x20-\x24\x26-\x7e]{0,40}?(?: |-[BC]-|version )(?<version>\d+(?:\.\d+)*[\w.-]*))]],
      [[Microsoft (?<product>Telnet Service|Telnet Server)]],
      [[(?i)\b(?:version|firmware version *:|release|software version)[ :]*[vV]?(?<version>\d+\.\d[\w.]*)]],
      [[(?i)(?:Model name *: *|Welcome to (?:the )?)(?<device>(?!Microsoft|Windows|MKS)[A-Z][\w.+-]*(?: [\w.+/-]*\d[\w.+-]*)?)]],
      [[\b(?<vendor>Cisco|Nokia|Huawei|Grandstream|Polycom|Moxa|HP|Juniper|MikroTik|Zyxel|ZyXEL|D-Link|TP-LINK|NETGEAR|Alcatel|Ericsson|Siemens|Lantronix|Hikvision|Dahua|Microsoft|Check Point)\b]],
      [[(?m)^(?<hostname>[A-Za-z][\w.-]*) (?i:login): ?$]],
    },
  },

  example { client = "\xFF\xFB\x18", server = "\xFF\xFD\x18\xFF\xFD\x20login: " },
  example { server = "\xFF\xFB\x01\xFF\xFB\x03\xFF\xFD\x1F" },
  example { client = "root\r\n", server = "\xFF\xFB\x01login: " },
  counterexample { client = hex "8A 11 22 33 44 55 66 77", server = hex "FF FD 18 9A 11 22 33 44 55 66 77" },
  counterexample { server = "\xFF\xFB\x90\x64\x00\x0F\xFF\xFB\x90" },
  counterexample { server = "\xFF\xD8\xFF\xE0\0\x10JFIF" },
}
