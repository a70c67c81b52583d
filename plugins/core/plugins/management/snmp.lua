-- One BER sequence (RFC 1157 section 4, RFC 3416, RFC 3412 section 6): a version, then a community and a PDU,
-- or, in version 3, a header of its own.
local element = require "ber".element

-- The length takes one to five bytes; the version follows it.
local message_start = any {
  bytes "30 ?? 02 01 0?", bytes "30 81 ?? 02 01 0?", bytes "30 82 ?? ?? 02 01 0?",
  bytes "30 83 ?? ?? ?? 02 01 0?",
  bytes "30 84 ?? ?? ?? ?? 02 01 0?",
}

-- Versions 1 and 2c: a community, then a PDU.
local function community(pdus) return seq { enter "30", bytes "02 01 [00-01]", skip "04", skip(pdus) } end
-- Version 3: id, largest size, flags and security model in a sequence, whose length may be written long; then the
-- security parameters.
local function headed(flags, ...)
  local forms = {}
  for index, length in ipairs { "[0A-3B]", "81 [0A-3B]", "82 00 [0A-3B]" } do
    forms[index] = seq { enter "30", bytes "02 01 03", bytes("30 " .. length), skip "02", skip "02",
      bytes("04 01 " .. flags), skip "02", ... }
  end
  return any(forms)
end
local function version3(flags) return headed(flags, bytes "04") end
-- Behind its security parameters a PDU in the clear, which names the engine and the context before.
local function clear(pdus)
  return headed("0?", skip "04", enter "30", skip "04", skip "04", bytes(pdus))
end
-- Only who was asked says Response (A2) or Report (A8); requests come from a manager, traps from an agent to
-- whoever listens (RFC 3416 section 3).  Of a hidden PDU, a flag tells whether it may be answered by a
-- Report: requests may, answers and traps may not (RFC 3412 section 6.4), so that without it only a request
-- beside it tells them apart.
local hidden = none { clear "[A0-A8]" }
local asked = any { community "[A0-A1,A3-A7]", clear "[A0-A1,A3-A7]", all { version3 "[04-07]", hidden } }
local answered = any { community "[A2,A8]", clear "[A2,A8]" }
local unasked = all { version3 "[00-03]", hidden }
local message = all { message_start, any { community "[A0-A8]", version3 "0?" } }
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
  { "Windows NT Version", "Windows NT", "Microsoft" }, { "VMware ESXi", "ESXi", "VMware" },
  { "VMware ESX", "ESX", "VMware" },
  { "Sun SNMP Agent", "Solaris", "Sun" }, { "MPE XL", "MPE XL", "HP" },
  { "ReliantUNIX", "ReliantUNIX", "Siemens" },
  { "Catalyst Operating System", "CatOS", "Cisco" }, { "TrueNAS", "TrueNAS", "iXsystems" },
  { "pfSense", "pfSense", "Netgate" }, { "OPNsense", "OPNsense", "Deciso" },
  { "FortiOS", "FortiOS", "Fortinet" },
  { "Fabric OS", "Fabric OS", "Brocade" }, { "PAN-OS", "PAN-OS", "Palo Alto Networks" },
  { "ArubaOS-CX", "AOS-CX", "Aruba" }, { "AOS-CX", "AOS-CX", "Aruba" },
  { "SmartEdge OS", "SmartEdge OS", "Redback" },
  { "Darwin", "Mac OS X", "Apple" }, { "ArubaOS", "ArubaOS", "Aruba" }, { "OpenVMS", "OpenVMS", "HP" },
  { "HP-UX", "HP-UX", "HP" }, { "SunOS", "Solaris", "Sun" }, { "FreeBSD", "FreeBSD", "FreeBSD" },
  { "NetBSD", "NetBSD", "NetBSD" }, { "OpenBSD", "OpenBSD", "OpenBSD" },
  { "VxWorks", "VxWorks", "Wind River" }, { "Runtime VIOS", "VIOS", "IBM" }, { "AIX", "AIX", "IBM" },
  { "OS/400", "OS/400", "IBM" },
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
      while is_word(string.byte(text, stop)) or string.byte(text, stop) == 46 do stop = stop + 1 end
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

-- Words that announce a number, and how much they say of what runs: software before anything else, then
-- releases in general, then parts of it; what is said of hardware and boot loaders counts last.
local announcing = {
  sw = 1, sw_ver = 1, softw = 1, software = 1, af1 = 0, junos = 1, sunos = 1, routeros = 1, esx = 1,
    ontap = 1,
  version = 2, release = 2, rel = 2, ver = 2, revision = 2, firmware = 2, os = 2, kernel = 2, rev = 3, fw = 3,
  build = 3, issue = 3,
}
local hardware = {
  hardware = true, hw = true, hw_rev = true, boot = true, bootrom = true, bootsw = true, rom = true,
    bios = true,
  loader = true, bootloader = true, mib = true, mibs = true, board = true, mb = true, pf = true, stack = true,
}
local gaps = { [32] = true, [46] = true, [47] = true, [58] = true, [61] = true }
-- Where no number with a dot follows: figures, and what stands next to them, such as 1200P01 or 1200_B1.
local function plain_number(text, from)
  local i = from
  while is_digit(string.byte(text, i)) do i = i + 1 end
  if i == from then return nil end
  while is_word(string.byte(text, i)) do i = i + 1 end
  return string.sub(text, from, i - 1)
end
-- Letters and a hyphen may come before the number: abc-4.00.12.
local function prefixed(text, from)
  local i = from
  while is_word(string.byte(text, i)) and i - from < 6 do i = i + 1 end
  local dash = i > from and string.byte(text, i) == 45 and not is_digit(string.byte(text, from))
  return dash and is_digit(string.byte(text, i + 1)) and release(text, i + 1) and
    string.sub(text, from, i) .. release(text, i + 1) or nil
end
local skipped = { "Version ", "Release ", "3Com OS ", "SEOS-", "Extended_" }
local function announced(text)
  local i, best, found, before = 1, 100, nil, ""
  while i <= #text and best > 1 do
    local c = string.byte(text, i)
    if not is_word(c) then
      i = i + 1
    else
      local stop = i + 1
      while is_word(string.byte(text, stop)) do stop = stop + 1 end
      local at, word = stop, string.lower(string.sub(text, i, stop - 1))
      if word == "s" and string.lower(string.sub(text, i, i + 2)) == "s/w" then word, at = "sw", i + 3 end
      -- Ver1234: the word and its number are one.
      if string.sub(word, 1, 3) == "ver" and is_digit(string.byte(word, 4)) then word, at = "ver", i + 3 end
      local rank = announcing[word]
      local number
      if rank then
        local from = at
        while gaps[string.byte(text, at)] and at - from < 3 do at = at + 1 end
        for _, words in ipairs(skipped) do
          if string.sub(text, at, at + #words - 1) == words then at = at + #words end
        end
        local v = string.byte(text, at)
        if (v == 118 or v == 86) and string.byte(text, at + 1) == 95 then at = at + 1 end
        if at > from or word == "ver" then
          number = (v == 118 or v == 86 or v == 95) and release(text, at + 1) or release(text, at)
            or v == 114 and is_digit(string.byte(text, at + 1)) and release(text, at + 1)
              and "r" .. release(text, at + 1)
            or prefixed(text, at)
          if not number then
            number, rank = plain_number(text, at), rank + 10
            if not number and word == "ver" and is_capital(v) and not is_word(string.byte(text, at + 1)) then
              number = string.char(v)
            end
          end
        end
      elseif c == 118 or c == 86 then
        number, rank = release(text, i + 1), 2
      elseif string.byte(text, stop) == 46 then         -- Name-1v2.3: a v within the word
        local v = stop - 1
        while v > i and is_digit(string.byte(text, v)) do v = v - 1 end
        local letter = string.byte(text, v)
        if v > i and v < stop - 1 and (letter == 118 or letter == 86) then
          number, rank = release(text, v + 1), 2
        end
      end
      if number then
        if hardware[before] then rank = rank + 20 elseif (announcing[before]
          or 2) < 2 then rank = rank - 1 end
        if rank < best then best, found = rank, number end
      end
      before, i = word, math.max(stop, word == "sw" and i + 3 or stop)
    end
  end
  return found, best
end

-- The first number with a dot behind a blank, a bracket, a colon or a comma; else the first that begins
-- with a letter or two: AB.1.2, R1.2.
local function dotted(text)
  for i = 1, #text do
    local c = string.byte(text, i)
    if c == 32 or c == 40 or c == 58 or c == 44 then
      local at = i + 1
      while is_digit(string.byte(text, at)) do at = at + 1 end
      if at > i + 1 and string.byte(text, at) == 46 and is_digit(string.byte(text, at + 1)) then
        return string.sub(text, i + 1, number_end(text, at + 1))
      end
      if is_capital(string.byte(text, i + 1)) then
        local word = release(text, i + 1)
        if word and is_digit(string.byte(word, #word)) then return word end
      end
    end
  end
end

-- AIX pads the parts of its release with zeros: 07.02.0005.0001 is of 7.2.  Darwin 8 is Mac OS X 10.4, 20
-- is 11.
local function known_as(system, number)
  local first = string.byte(number)
  if (system == "AIX" or system == "VIOS") and first == 48 and string.byte(number, 3) == 46 then
    return string.sub(number, 2, 2) .. "." .. (tonumber(string.sub(number, 4, 5)) or "")
  end
  if system == "Mac OS X" then
    local dot = 1
    while is_digit(string.byte(number, dot)) do dot = dot + 1 end
    local kernel = tonumber(string.sub(number, 1, dot - 1)) or 0
    if kernel >= 5 and kernel < 20 then return "10." .. kernel - 4 end
    if kernel >= 20 and kernel < 25 then return kernel - 9 .. ".0" end
  end
  return number
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
  "Windows", "RouterOS Linux",
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
  "Raritan", "Ciena", "Oce", "Tektronix", "DrayTek", "Bay", "Aruba", "Ubiquiti", "Siemens,", "Zebra",
    "Inc", "Inc.", "LLC", "Corporation", "Communications", "Systems", "Networks", "Computer;",
}) do maker_words[name] = true end
local stops = {
  version = true, ver = true, sw = true, hw = true, fw = true, hw_rev = true, firmware = true,
  software = true,
  rev = true, revision = true, release = true, kernel = true, agent = true, build = true, series = true,
  printer = true,
  s = true,
}
-- Some name it as such: "Model: 1234;", "MN:AB1234 HR:02", "MCU: Some Name 20 Date: ...".
local model_keys = { "model", "mn", "mcu", "pid", "product", "machine" }
local function keyed(text)
  local lower = string.lower(text)
  for i = 2, #text do
    if string.byte(text, i) == 58 then
      for _, key in ipairs(model_keys) do
        local from = i - #key
        if from >= 1 and string.sub(lower, from, i - 1) == key
          and not is_word(string.byte(text, from - 1)) then
          local at = i + 1
          while string.byte(text, at) == 32 do at = at + 1 end
          local stop, word = at, at
          while stop <= #text do
            local c = string.byte(text, stop)
            if c == 44 or c == 59 or c == 41 or c == 13 or c == 10 then break end
            if c == 32 then word = stop end
            if c == 58 then stop = word break end        -- the next key
            stop = stop + 1
          end
          while string.byte(text, stop - 1) == 32 do stop = stop - 1 end
          if stop > at then return string.sub(text, at, stop - 1) end
        end
      end
    end
  end
end

local function model(text)
  local named = keyed(text)
  if named and #named > 1 and string.lower(named) ~= "unknown" then return named end
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
  -- A family before the member: "SIMATIC S7, CPU 1500".
  if string.sub(text, from, from + 7) == "SIMATIC " then
    local comma = from
    while comma <= #text and string.byte(text, comma) ~= 44 do comma = comma + 1 end
    if string.byte(text, comma + 1) == 32 and is_word(string.byte(text, comma + 2)) then from = comma + 2 end
  end
  if string.sub(text, from, from + 8) == "RouterOS " then from = from + 9 end
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
  while string.byte(text, i - 1) == 32 or string.byte(text, i - 1) == 45 do i = i - 1 end
  return i > from and string.sub(text, from, i - 1) or nil
end

-- Aruba's switches say the letters of their hardware before the number: AB.16.01.0001.
local function of_aruba(text, number)
  if string.sub(text, 1, 6) ~= "Aruba " or not number then return nil end
  local dot = 1
  while dot < #number and string.byte(number, dot) ~= 46 do dot = dot + 1 end
  local rest = is_capital(string.byte(number)) and dot <= 3 and string.sub(number, dot + 1) or number
  for i = 1, #text - 9 do
    if string.sub(text, i, i + 8) == "revision " then return "AOS-S", rest end
  end
  return rest ~= number and "AOS-CX" or nil, rest
end

local function meaning(text)
  text = string.sub(text, 1, 500)
  local found = {}
  for _, maker in ipairs(makers) do
    if string.sub(text, 1, #maker[1]) == maker[1] then found.vendor = maker[2] break end
  end
  local system = system_in(text)
  -- Linux somewhere in the text is what a device runs on, and no more.
  local inside = system and system[2] == "Linux" and string.sub(text, 1, 5) ~= "Linux"
  if inside then
    found.os, system = "Linux", nil
  end
  if system then found.product, found.os, found.vendor = system[2], system[2], system[3] or found.vendor end
  found.hostname, found.version = from_unix(text)
  if not found.version then
    local number, rank = announced(text)
    found.version = rank and rank > 12 and dotted(text) or number or dotted(text)
  end
  if system and found.version then found.version = known_as(system[2], found.version) end
  found.device = model(text)
  local aos, number = of_aruba(text, found.version)
  if aos and not found.product then
    found.product, found.os, found.version, found.vendor = aos, aos, number, "Aruba"
  end
  found.product = found.product or found.device
  return found
end

local function version(m)
  local v = m.server
  local first = v and v:u8(1)
  local number = first and v:u8(first < 0x80 and 4 or first - 0x80 + 4)
  return number and { protocol_version = number == 0 and "1" or number == 1 and "2c" or "3" }
end

-- A community that everybody knows is told; another is a secret, and no business of a record.
local function asked_as(m)
  local v = m.client
  if not v then return nil end
  local _, at = element(v, 0)
  if not at or v:u8(at + 2) == 3 then return nil end
  local tag, start, length = element(v, at + 3)
  if tag ~= 4 or not length or length > 8 then return nil end
  local name = v:bytes(start, length)
  return (name == "public" or name == "private") and { community = name } or nil
end

protocol "snmp" {
  title     = "Simple Network Management Protocol",
  reference = "RFC 1157 section 4, RFC 3416, RFC 3412 section 6, RFC 3430",
  category  = "management",
  ports     = { "161/udp", "162/udp", "161/tcp", "162/tcp" },
  alternates = { "1161/udp", "1162/udp" },

  udp { client = all { message_start, asked }, server = all { message_start, answered },
    alone = { "client", "server" } },
  udp { client = all { message_start, asked }, server = all { message_start, unasked } },
  -- A hidden trap goes to whoever listens, an answer to who asked: the ports tell.
  udp { either = all { message, none { asked, answered } }, alone = { "client", "server" } },
  udp { either = message },                                      -- both ask
  -- Message after message, with nothing between them (RFC 3430 section 2).
  tcp { client = all { message_start, asked }, server = all { message_start, answered },
    alone = { "client", "server" } },
  tcp { client = all { message_start, asked }, server = all { message_start, unasked } },
  tcp { either = message, alone = { "client", "server" } },

  fields {
    client = asked_as,
    server = {
      version,
      -- sysDescr.0 is 1.3.6.1.2.1.1.1.0; its words stand behind 04 and a length of one to three bytes.  The
      -- next variable begins with 0, a length and 06.
      [[(?sxJ) \x06\x08\x2B\x06\x01\x02\x01\x01\x01\x00\x04 (?:[\x00-\x7F]|\x81.|\x82..)
        (?: (?<banner>[\t\r\n\x20-\x7E]{3,}) (?=0[\x00-\x7F]?\x06) | (?<banner>[\t\r\n\x20-\x7E]{3,}) )]],
    },
    describe = { banner = meaning },
  },

  -- sysDescr.0 by the usual community; and the engine's name, for which version 3 asks nobody who he is.
  probe { transport = "udp", send = hex "30 29 02 01 01 04 06" .. "public" .. hex "A0 1C 02 04 4F 50 00 01 02 01 00 02 01 00 30 0E \z
    30 0C 06 08 2B 06 01 02 01 01 01 00 05 00" },
  probe { transport = "udp", send = hex "30 3A 02 01 03 30 0F 02 02 4F 50 02 03 00 FF E3 04 01 04 02 01 03 04 10 30 0E 04 00 02 01 00 \z
    02 01 00 04 00 04 00 04 00 30 12 04 00 04 00 A0 0C 02 02 4F 50 02 01 00 02 01 00 30 00" },

  example {
    client = hex "30 1E 02 01 00 04 04 74 65 73 74 A0 13 02 01 01 02 01 00 02 01 00 30 08 30 06 06 02 2B 06 05 00",
    server = hex "30 1E 02 01 00 04 04 74 65 73 74 A2 13 02 01 01 02 01 00 02 01 00 30 08 30 06 06 02 2B 06 05 00",
  },
  example {
    client = hex "30 1E 02 01 01 04 04 74 65 73 74 A0 13 02 01 01 02 01 00 02 01 00 30 08 30 06 06 02 2B 06 05 00",
    server = hex "30 1E 02 01 01 04 04 74 65 73 74 A2 13 02 01 01 02 01 00 02 01 00 30 08 30 06 06 02 2B 06 05 00",
    transport = "tcp",
  },
  -- What are you?
  example {
    client = hex "30 26 02 01 01 04 06" .. "public" .. hex "A0 19 02 01 01 02 01 00 02 01 00 \z
      30 0E 30 0C 06 08 2B 06 01 02 01 01 01 00 05 00",
    server = hex "30 60 02 01 01 04 06" .. "public" .. hex "A2 53 02 01 01 02 01 00 02 01 00 \z
      30 48 30 46 06 08 2B 06 01 02 01 01 01 00 04 3A"
      .. "Linux web1 5.10.0-28-amd64 #1 SMP Debian 5.10.209-2 x86_64",
    transport = "udp",
  },
  -- Version 3: the engine is discovered, by a Report of usmStatsUnknownEngineIDs (RFC 3414
  -- section 4).
  example {
    client = hex "30 39 02 01 03 30 0F 02 02 12 34 02 03 00 FF E3 04 01 04 02 01 03 04 10 \z
      30 0E 04 00 02 01 00 02 01 00 04 00 04 00 04 00 30 11 04 00 04 00 A0 0B 02 01 01 02 01 00 \z
      02 01 00 30 00",
    server = hex "30 5C 02 01 03 30 0F 02 02 12 34 02 03 00 FF E3 04 01 00 02 01 03 04 19 30 17 \z
      04 09 80 00 1F 88 04 77 65 62 31 02 01 01 02 01 09 04 00 04 00 04 00 \z
      30 2B 04 09 80 00 1F 88 04 77 65 62 31 04 00 A8 1C 02 01 01 02 01 00 02 01 00 30 11 30 0F \z
      06 0A 2B 06 01 06 03 0F 01 01 04 00 41 01 01",
  },
  -- The header's length in two and in three bytes.
  example {
    client = hex "30 3A 02 01 03 30 81 0F 02 02 12 34 02 03 00 FF E3 04 01 04 02 01 03 04 10 \z
      30 0E 04 00 02 01 00 02 01 00 04 00 04 00 04 00 30 11 04 00 04 00 A0 0B 02 01 01 02 01 00 \z
      02 01 00 30 00",
    server = hex "30 5E 02 01 03 30 82 00 0F 02 02 12 34 02 03 00 FF E3 04 01 00 02 01 03 04 19 30 17 \z
      04 09 80 00 1F 88 04 77 65 62 31 02 01 01 02 01 09 04 00 04 00 04 00 \z
      30 2B 04 09 80 00 1F 88 04 77 65 62 31 04 00 A8 1C 02 01 01 02 01 00 02 01 00 30 11 30 0F \z
      06 0A 2B 06 01 06 03 0F 01 01 04 00 41 01 01",
  },
  -- Its PDU hidden: a flag tells a request; a trap is known by it as little as an answer.
  example { client = hex "30 3C 02 01 03 30 0F 02 02 12 34 02 03 00 FF E3 04 01 07 02 01 03 04 18 30 16 04 08 80 00 \z
      1F 88 04 77 65 62 02 01 01 02 01 09 04 00 04 00 04 00 04 0C 5A 11 2D 0C 7E 91 83 44 0B E6 20 F1",
    server = hex "30 3C 02 01 03 30 0F 02 02 12 34 02 03 00 FF E3 04 01 03 02 01 03 04 18 30 16 04 08 80 00 \z
      1F 88 04 77 65 62 02 01 01 02 01 09 04 00 04 00 04 00 04 0C 5A 11 2D 0C 7E 91 83 44 0B E6 20 F1" },
  example { client = hex "30 3C 02 01 03 30 0F 02 02 12 34 02 03 00 FF E3 04 01 03 02 01 03 04 18 30 16 04 08 80 00 \z
      1F 88 04 77 65 62 02 01 01 02 01 09 04 00 04 00 04 00 04 0C 5A 11 2D 0C 7E 91 83 44 0B E6 20 F1" },
  -- Both ask.
  example { client = hex "30 1E 02 01 00 04 04 74 65 73 74 A0 13 02 01 01 02 01 00 02 01 00 30 08 30 06 06 02 2B 06 \z
      05 00",
    server = hex "30 1E 02 01 00 04 04 74 65 73 74 A0 13 02 01 01 02 01 00 02 01 00 30 08 30 06 06 02 2B 06 \z
      05 00" },
  example { client = hex "30 1E 02 01 00 04 04 74 65 73 74 A0 13 02 01 01 02 01 00 02 01 00 30 08 30 06 06 02 2B 06 \z
      05 00",
    server = hex "30 1E 02 01 00 04 04 74 65 73 74 A0 13 02 01 01 02 01 00 02 01 00 30 08 30 06 06 02 2B 06 \z
      05 00", transport = "tcp" },
  -- These are the other one's words.
  counterexample { server = hex "30 1E 02 01 00 04 04 74 65 73 74 A0 13 02 01 01 02 01 00 02 01 00 30 08 30 06 06 02 2B 06 \z
      05 00", transport = "udp" },
  counterexample { client = hex "30 1E 02 01 00 04 04 74 65 73 74 A2 13 02 01 01 02 01 00 02 01 00 30 08 30 06 06 02 2B 06 \z
      05 00", transport = "udp" },
  counterexample { client = hex "30 0C 02 01 01 60 07 02 01 03 04 00 80 00" },
  counterexample { client = hex "30 84 00 00 00 10 02 01 01 63 00" },
}
