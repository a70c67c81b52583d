-- One BER sequence (RFC 1157 section 4, RFC 3416, RFC 3412 section 6): a version, then a community and a PDU,
-- or, in version 3, a header of its own.

-- The tag at `at`, where its content begins, and how long that is.
local function element(v, at)
  local tag, length = v:u8(at), v:u8(at + 1)
  if not length then return nil end
  if length < 0x80 then return tag, at + 2, length end
  if length == 0x81 then return tag, at + 3, v:u8(at + 2) end
  if length == 0x82 then return tag, at + 4, v:u16(at + 2) end
  if length == 0x83 then return tag, at + 5, v:u24(at + 2) end
  if length == 0x84 then return tag, at + 6, v:u32(at + 2) end
  return nil
end

-- The length takes one to five bytes; the version follows it.
local message_start = any {
  bytes "30 ?? 02 01 0?", bytes "30 81 ?? 02 01 0?", bytes "30 82 ?? ?? 02 01 0?", bytes "30 83 ?? ?? ?? 02 01 0?",
  bytes "30 84 ?? ?? ?? ?? 02 01 0?",
}

-- Versions 1 and 2c: a community, then a PDU.
local community = seq { enter "30", bytes "02 01 [00-01]", skip "04", skip "[A0-A8]" }
-- Version 3: id, largest size, flags and security model in a sequence, then the security parameters.
local version3 = seq {
  enter "30", bytes "02 01 03", bytes "30 [0A-3B]", skip "02", skip "02", bytes "04 01 0?", skip "02", bytes "04" }
-- What sysDescr tells (RFC 3418) is of the maker's choice: systems by the text that gives them away, the
-- first counts.
local systems = {
  { "Cisco IOS XR", "IOS XR", "Cisco" }, { "IOS-XE", "IOS-XE", "Cisco" }, { "NX-OS", "NX-OS", "Cisco" },
  { "Cisco IOS", "IOS", "Cisco" }, { "Cisco Internetwork Operating System", "IOS", "Cisco" },
  { "IOS (tm)", "IOS", "Cisco" }, { "Adaptive Security Appliance", "Adaptive Security Appliance", "Cisco" },
  { "Cisco PIX", "PIX", "Cisco" }, { "Cisco Systems WS-C", "CatOS", "Cisco" },
  { "Cisco Controller", "Wireless LAN Controller", "Cisco" }, { "JUNOS", "Junos OS", "Juniper" },
  { "NetScreen", "ScreenOS", "Juniper" }, { "Comware", "Comware", "HP" },
  { "Versatile Routing Platform", "VRP", "Huawei" }, { "RouterOS", "RouterOS", "MikroTik" },
  { "ExtremeXOS", "ExtremeXOS", "Extreme" }, { "Extremeware", "ExtremeWare", "Extreme" },
  { "ExtremeWare", "ExtremeWare", "Extreme" }, { "Arista Networks EOS", "EOS", "Arista" },
  { "TiMOS", "TiMOS", "Nokia" }, { "Windows Version 10.0", "Windows 10 or Server 2016", "Microsoft" },
  { "Windows Version 6.3", "Windows 8.1 or Server 2012 R2", "Microsoft" },
  { "Windows Version 6.2", "Windows 8 or Server 2012", "Microsoft" },
  { "Windows Version 6.1", "Windows 7 or Server 2008 R2", "Microsoft" },
  { "Windows Version 6.0", "Windows Vista or Server 2008", "Microsoft" },
  { "Windows Version 5.2", "Windows Server 2003", "Microsoft" },
  { "Windows Version 5.1", "Windows XP", "Microsoft" },
  { "Windows 2000 Version", "Windows 2000", "Microsoft" },
  { "Windows NT Version", "Windows NT", "Microsoft" }, { "VMware ESX", "ESX", "VMware" },
  { "Darwin", "Mac OS X", "Apple" }, { "ArubaOS", "ArubaOS", "Aruba" }, { "OpenVMS", "OpenVMS", "HP" },
  { "HP-UX", "HP-UX", "HP" }, { "SunOS", "Solaris", "Sun" }, { "FreeBSD", "FreeBSD", "FreeBSD" },
  { "NetBSD", "NetBSD", "NetBSD" }, { "OpenBSD", "OpenBSD", "OpenBSD" },
  { "VxWorks", "VxWorks", "Wind River" }, { "AIX version", "AIX", "IBM" }, { "OS/400", "OS/400", "IBM" },
  { "IRIX", "IRIX", "SGI" }, { "Tru64", "Tru64 Unix", "HP" }, { "Data ONTAP", "Data ONTAP", "NetApp" },
  { "NetApp Release", "Data ONTAP", "NetApp" }, { "NetWare", "NetWare", "Novell" },
  { "AOS Release", "AOS", "Redback" }, { "SGOS", "SGOS", "Blue Coat" }, { "Linux", "Linux" },
}
-- Makers by the words that they begin with.
local makers = {
  { "APC", "APC" }, { "Xerox", "Xerox" }, { "RICOH", "Ricoh" }, { "Lexmark", "Lexmark" },
  { "KONICA MINOLTA", "Konica Minolta" }, { "KYOCERA", "Kyocera" }, { "Canon", "Canon" },
  { "EPSON", "Epson" }, { "SAMSUNG", "Samsung" }, { "Samsung", "Samsung" }, { "SHARP", "Sharp" },
  { "3Com", "3Com" }, { "3COM", "3Com" }, { "Nortel", "Nortel" }, { "BayStack", "Nortel" },
  { "Alcatel", "Alcatel" }, { "D-Link", "D-Link" }, { "AXIS", "Axis" }, { "Dell", "Dell" },
  { "Foundry", "Foundry" }, { "Enterasys", "Enterasys" }, { "Brocade", "Brocade" },
  { "Allied Tele", "Allied Telesis" }, { "HP ", "HP" }, { "HPE ", "HPE" }, { "Brother", "Brother" },
  { "ADTRAN", "ADTRAN" }, { "Total Access", "ADTRAN" }, { "Cabletron", "Cabletron" }, { "Avaya", "Avaya" },
  { "Symantec", "Symantec" }, { "Juniper", "Juniper" }, { "Cisco", "Cisco" }, { "TANDBERG", "Tandberg" },
  { "ZyXEL", "Zyxel" }, { "Siemens", "Siemens" }, { "TOSHIBA", "Toshiba" }, { "Raritan", "Raritan" },
  { "Synology", "Synology" }, { "Ethernet Routing Switch", "Nortel" }, { "Ciena", "Ciena" },
  { "Polycom", "Polycom" }, { "Lantronix", "Lantronix" },
}

local function is_digit(c) return c ~= nil and c >= 48 and c <= 57 end
local function is_capital(c) return c ~= nil and c >= 65 and c <= 90 end
local function is_word(c)
  return c ~= nil and (c >= 48 and c <= 57 or c >= 65 and c <= 90 or c >= 97 and c <= 122 or c == 95)
end

-- Systems by their first byte, so that one pass over the text finds them; a smaller place in the list wins.
local by_byte = {}
for place, system in ipairs(systems) do
  local first = string.byte(system[1])
  by_byte[first] = by_byte[first] or {}
  table.insert(by_byte[first], place)
end
local function system_in(text)
  local best
  for i = 1, #text do
    for _, place in ipairs(by_byte[string.byte(text, i)] or {}) do
      local name = systems[place][1]
      if (not best or place < best) and string.sub(text, i, i + #name - 1) == name then best = place end
    end
  end
  return best and systems[best] or nil
end

-- The end of figures, letters, dots and hyphens, and of words in brackets: 12.2(33)SXH.
local function number_end(text, i)
  while true do
    local c = string.byte(text, i)
    if is_word(c) or c == 46 or c == 45 then
      i = i + 1
    elseif c == 40 and is_word(string.byte(text, i + 1)) then
      local stop = i + 1
      while is_word(string.byte(text, stop)) do stop = stop + 1 end
      if string.byte(text, stop) ~= 41 then return i - 1 end
      i = stop + 1
    else
      return i - 1
    end
  end
end

-- A release behind its announcement: 12.2(33)SXH, A.10.34, V100R005.1
local function release(text, from)
  local i = from
  while is_digit(string.byte(text, i)) do i = i + 1 end
  if i > from then
    if string.byte(text, i) ~= 46 then return nil end
    local stop = number_end(text, i + 1)
    if string.byte(text, stop) == 41 then              -- words in brackets count only before others
      while string.byte(text, stop) ~= 40 do stop = stop - 1 end
      stop = stop - 1
    end
    while string.byte(text, stop) == 46 or string.byte(text, stop) == 45 do stop = stop - 1 end
    return stop > i and string.sub(text, from, stop) or nil
  end
  if not is_capital(string.byte(text, i)) then return nil end
  local stop, dot = i, nil
  while is_word(string.byte(text, stop)) or string.byte(text, stop) == 46 do
    if string.byte(text, stop) == 46 and is_word(string.byte(text, stop + 1)) then dot = dot or stop end
    stop = stop + 1
  end
  while string.byte(text, stop - 1) == 46 do stop = stop - 1 end
  if not dot then return nil end
  -- One to three capitals and figures before the dot, or one or two capitals and then figures.
  i = from + 1
  while i < dot and (is_capital(string.byte(text, i)) or is_digit(string.byte(text, i))) do i = i + 1 end
  local short = i == dot and dot - from <= 3
  local long = is_digit(string.byte(text, from + 1))
    or is_capital(string.byte(text, from + 1)) and is_digit(string.byte(text, from + 2))
  return (short or long) and string.sub(text, from, stop - 1) or nil
end

-- Words that announce a number.
local announcing = {
  version = true, release = true, firmware = true, rev = true, revision = true, ver = true, junos = true,
  sunos = true, routeros = true, esx = true, ontap = true, sw = true, sw_ver = true, os = true, kernel = true,
}
local function announced(text)
  local i = 1
  while i <= #text do
    local c = string.byte(text, i)
    if not is_word(c) then
      i = i + 1
    else
      local stop = i + 1
      while is_word(string.byte(text, stop)) do stop = stop + 1 end
      local at = stop
      local word = string.lower(string.sub(text, i, stop - 1))
      if word == "s" and string.lower(string.sub(text, i, i + 2)) == "s/w" then word, at = "sw", i + 3 end
      local found
      if announcing[word] then
        local gap = 0
        if word == "ver" and string.byte(text, at) == 46 then at = at + 1 end
        while gap < 2 do
          local d = string.byte(text, at)
          if d ~= 58 and d ~= 32 and d ~= 46 then break end
          at, gap = at + 1, gap + 1
        end
        if word == "ver" and gap == 0 and string.byte(text, at - 1) == 46 then gap = 1 end
        if string.sub(text, at, at + 7) == "3Com OS " then at = at + 8 end
        if string.sub(text, at, at + 7) == "Version " then at = at + 8 end
        local v = string.byte(text, at)
        found = gap > 0 and ((v == 118 or v == 86) and release(text, at + 1) or release(text, at)) or nil
      end
      if not found and (c == 118 or c == 86) then found = release(text, i + 1) end
      if found then return found end
      i = stop
    end
  end
end

-- The first number with a dot behind a blank, a bracket, a colon or a comma.
local function dotted(text)
  for i = 1, #text do
    local c = string.byte(text, i)
    if (c == 32 or c == 40 or c == 58 or c == 44) and is_digit(string.byte(text, i + 1)) then
      local at = i + 1
      while is_digit(string.byte(text, at)) do at = at + 1 end
      if string.byte(text, at) == 46 and is_digit(string.byte(text, at + 1)) then
        return string.sub(text, i + 1, number_end(text, at + 1))
      end
    end
  end
end

-- Unix and its like say system, host name, release; Solaris 7 and later call themselves SunOS 5.7 and so on.
local unix = {
  Linux = true, FreeBSD = true, NetBSD = true, OpenBSD = true, Darwin = true, ["HP-UX"] = true, AIX = true,
}
local function words_of(text)
  local list, start = {}, 1
  for i = 1, #text + 1 do
    local c = string.byte(text, i) or 32
    if c == 32 then
      list[#list + 1] = string.sub(text, start, i - 1)
      start = i + 1
    end
  end
  return list
end
local function leading(text)
  for i = 1, #text do
    local c = string.byte(text, i)
    if not (is_word(c) or c == 46 or c == 43 or c == 45) then return string.sub(text, 1, i - 1) end
  end
  return text
end
local function from_unix(text)
  local list = words_of(text)
  if not unix[list[1]] then
    for i = 1, #list - 1 do
      if list[i] == "SunOS" then
        for k = i + 1, #list do
          local word = leading(string.sub(list[k], 1, 8) == "release:" and string.sub(list[k], 9) or list[k])
          local minor = string.sub(word, 1, 2) == "5." and tonumber(string.sub(word, 3))
          if minor and minor >= 7 and minor < 20 then return nil, string.sub(word, 3) end
        end
      end
    end
    return nil
  end
  local host, at = list[2] or "", 3
  if host == "" or leading(host) ~= host then return nil end
  if list[3] == "Darwin" and list[4] == "Kernel" and list[5] == "Version" then at = 6 end
  local word = list[at] or ""
  if string.sub(word, 1, 2) == "B." then word = string.sub(word, 3) end
  if not is_digit(string.byte(word)) then return nil end
  return host, leading(word)
end

-- Devices begin with their model, the maker perhaps before it; it ends where something else is told.
local not_models = {
  "Linux", "SunOS", "Hardware", "HP-UX", "Darwin", "FreeBSD", "NetBSD", "OpenBSD", "AIX", "Cisco I", "IOS",
  "Windows",
}
local maker_words = {}
for _, name in ipairs({
  "3Com", "3COM", "APC", "Xerox", "XEROX", "RICOH", "NRG", "LANIER", "SAVIN", "Gestetner", "Aficio",
  "Lexmark",
  "KONICA", "MINOLTA", "KYOCERA", "Canon", "EPSON", "SAMSUNG", "Samsung", "SHARP", "Nortel", "Alcatel",
  "D-Link",
  "AXIS", "Dell", "Foundry", "Enterasys", "Brocade", "Brother", "ADTRAN", "Cabletron", "Avaya", "Symantec",
  "Juniper", "Cisco", "TANDBERG", "ZyXEL", "Siemens", "TOSHIBA", "HP", "HPE", "Total", "Access", "Blue",
  "Coat",
  "Raritan", "Ciena", "Inc", "Inc.", "Corporation", "Communications", "Systems", "Networks", "Computer;",
}) do maker_words[name] = true end
local stops = {
  version = true, ver = true, sw = true, hw = true, fw = true, hw_rev = true, firmware = true,
  software = true,
  rev = true, revision = true, release = true, kernel = true, agent = true, build = true, series = true,
  printer = true,
  s = true,
}
local function model(text)
  for _, name in ipairs(not_models) do
    if string.sub(text, 1, #name) == name then return nil end
  end
  local from = 1
  while true do
    local i = from
    while i <= #text and string.byte(text, i) ~= 32 and string.byte(text, i) ~= 44 do i = i + 1 end
    if not maker_words[string.sub(text, from, i - 1)] then break end
    while string.byte(text, i) == 32 or string.byte(text, i) == 44 do i = i + 1 end
    if i > #text then break end
    from = i
  end
  if not is_word(string.byte(text, from)) then from = 1 end
  if not is_word(string.byte(text, from)) then return nil end
  local i = from + 1
  while i <= #text do
    local c = string.byte(text, i)
    if c == 59 or c == 44 or c == 40 or c == 13 or c == 10 or c == 58 or c == 9 then break end
    if c == 118 and is_digit(string.byte(text, i + 1)) then break end
    if c == 32 then
      local at = i
      while string.byte(text, at) == 32 do at = at + 1 end
      local d = string.byte(text, at)
      if d == nil or d == 47 then break end
      if at == i + 1 and (d == 59 or d == 44 or d == 40 or d == 13 or d == 10 or d == 58) then break end
      local stop = at + 1
      while is_word(string.byte(text, stop)) do stop = stop + 1 end
      local word = string.lower(string.sub(text, at, stop - 1))
      if stops[word] and (word ~= "s" or string.lower(string.sub(text, at, at + 2)) == "s/w") then break end
      if (d == 118 or d == 86) and is_digit(string.byte(text, at + 1)) then at = at + 1 end
      local number = at
      while is_digit(string.byte(text, at)) do at = at + 1 end
      if at > number and string.byte(text, at) == 46 and is_digit(string.byte(text, at + 1)) then break end
    end
    i = i + 1
  end
  return string.sub(text, from, i - 1)
end

local function meaning(text)
  text = string.sub(text, 1, 500)
  local found = {}
  for _, maker in ipairs(makers) do
    if string.sub(text, 1, #maker[1]) == maker[1] then found.vendor = maker[2] break end
  end
  local system = system_in(text)
  if system then found.product, found.os, found.vendor = system[2], system[2], system[3] or found.vendor end
  found.hostname, found.version = from_unix(text)
  found.version = found.version or announced(text) or dotted(text)
  found.device = model(text)
  found.product = found.product or found.device
  return found
end

local function version(m)
  local v = m.server
  local first = v and v:u8(1)
  local number = first and v:u8(first < 0x80 and 4 or first - 0x80 + 4)
  return number and { protocol_version = number == 0 and "1" or number == 1 and "2c" or "3" }
end

protocol "snmp" {
  title     = "Simple Network Management Protocol",
  reference = "RFC 1157 section 4, RFC 3416, RFC 3412 section 6",
  category  = "management",
  ports     = { "161/udp", "162/udp" },
  alternates = { "1161/udp", "1162/udp" },

  udp { either = all { message_start, any { community, version3 } }, alone = { "client", "server" } },

  fields {
    server = {
      version,
      -- sysDescr.0 is 1.3.6.1.2.1.1.1.0; its words stand behind 04 and a length of one to three bytes.  The
      -- next variable begins with 0, a length and 06.
      [[(?sxJ) \x06\x08\x2B\x06\x01\x02\x01\x01\x01\x00\x04 (?:[\x00-\x7F]|\x81.|\x82..)
        (?: (?<banner>[\t\r\n\x20-\x7E]{3,}) (?=0[\x00-\x7F]?\x06) | (?<banner>[\t\r\n\x20-\x7E]{3,}) )]],
    },
    describe = { banner = meaning },
  },

  example {
    client = hex "30 1E 02 01 00 04 04 74 65 73 74 A0 13 02 01 01 02 01 00 02 01 00 30 08 30 06 06 02 2B 06 05 00",
    server = hex "30 1E 02 01 00 04 04 74 65 73 74 A2 13 02 01 01 02 01 00 02 01 00 30 08 30 06 06 02 2B 06 05 00",
  },
  counterexample { client = hex "30 0C 02 01 01 60 07 02 01 03 04 00 80 00" },
  counterexample { client = hex "30 84 00 00 00 10 02 01 01 63 00" },
}
