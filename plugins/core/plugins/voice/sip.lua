-- A request line, method SP sip:address SP SIP/2.0, or a status line, SIP/2.0 SP code (RFC 3261 section 7).
-- Either side may ask, so a server's first words may be a request.
local request = all {
  any {
    starts "INVITE ", starts "REGISTER ", starts "OPTIONS ", starts "ACK ", starts "BYE ", starts "CANCEL ",
      starts "NOTIFY ",
    starts "SUBSCRIBE ", starts "MESSAGE ", starts "INFO ", starts "PUBLISH ", starts "REFER ",
    starts "UPDATE ",
      starts "PRACK ",
  },
  matches [[^[A-Z]+ (?:sips?|tel|urn|\*)[^\r\n]{0,500} SIP/2\.0\r?\n]],
}
local status = matches [=[^SIP/2\.0 [1-6][0-9][0-9][ \r\n]]=]

-- Over TCP line ends may come first, as signs of life (RFC 3261 section 7.5, RFC 5626 section 4.4.1).
local function behind_line_ends(first)
  return all { starts "\r\n", matches([=[^(?:\r\n){1,64}]=] .. first) }
end
local late_request = behind_line_ends [=[[A-Z]+ (?:sips?|tel|urn):[^\r\n]{0,500} SIP/2\.0\r?\n]=]
local late_status = behind_line_ends [=[SIP/2\.0 [1-6][0-9][0-9][ \r\n]]=]

-- Makers by the first word of a Server or User-Agent header, in lower case: who, and the product where the
-- word is not it.
local makers = {
  m = { "Media5" }, asterisk = { "Asterisk", "Asterisk PBX" }, fpbx = { "FreePBX", "FreePBX" },
  kamailio = { "Kamailio", "Kamailio" }, opensips = { "OpenSIPS", "OpenSIPS" },
  openser = { "OpenSER", "OpenSER" }, ser = { "iptel", "SIP Express Router" },
  freeswitch = { "FreeSWITCH", "FreeSWITCH" }, cisco = { "Cisco" }, tandberg = { "Tandberg" },
  nec = { "NEC" }, huawei = { "Huawei" }, zxdsl = { "ZTE" }, zxhn = { "ZTE" }, audiocodes = { "AudioCodes" },
  mp = { "AudioCodes" }, wildix = { "Wildix" }, fortivoice = { "Fortinet", "FortiVoice" },
  polycomsoundpointip = { "Polycom" }, polycomrealpresencetrio = { "Polycom" }, polycom = { "Polycom" },
  polycomvvx = { "Polycom" }, polycomhdx = { "Polycom" }, polycomsoundstationip = { "Polycom" },
  technicolor = { "Technicolor" }, mediaaccess = { "Technicolor" }, axis = { "Axis" }, avm = { "AVM" },
  fritz = { "AVM" }, shoregear = { "ShoreTel" }, sangoma = { "Sangoma" }, grandstream = { "Grandstream" },
  tau = { "Eltex" }, eltex = { "Eltex" }, snom = { "snom" }, yealink = { "Yealink" }, linksys = { "Linksys" },
  sipura = { "Sipura" }, avaya = { "Avaya" }, mitel = { "Mitel" }, aastra = { "Aastra" },
  siemens = { "Siemens" }, gigaset = { "Gigaset" }, panasonic = { "Panasonic" },
  ["3cxphonesystem"] = { "3CX", "3CX Phone System" }, cx = { "3CX" }, x = { "CounterPath" },
  bria = { "CounterPath" }, zoiper = { "Zoiper" }, linphone = { "Linphone", "Linphone" },
  microsip = { "MicroSIP", "MicroSIP" }, patton = { "Patton" }, sonus = { "Sonus" }, oracle = { "Oracle" },
  acme = { "Oracle" }, htek = { "Htek" }, fanvil = { "Fanvil" },
}

local function is_digit(c) return c ~= nil and c >= 48 and c <= 57 end
local function is_letter(c) return c ~= nil and (c >= 65 and c <= 90 or c >= 97 and c <= 122) end
local function is_word(c) return is_letter(c) or is_digit(c) or c == 95 end

-- Whether a number or a release stands at `i`: 1.2, v1.2, V4, R8, build 3, IOS-12.
local function number_begins(lower, i)
  local at = string.byte(lower, i) == 118 and i + 1 or i
  if string.byte(lower, at) == 46 then at = at + 1 end
  local from = at
  while is_digit(string.byte(lower, at)) do at = at + 1 end
  if at > from and string.byte(lower, at) == 46 then return true end
  local c = string.byte(lower, i)
  if (c == 118 or c == 120 or c == 114) and is_digit(string.byte(lower, i + 1)) then return true end
  return string.sub(lower, i, i + 5) == "build " or string.sub(lower, i, i + 7) == "release "
    or string.sub(lower, i, i + 3) == "ios-" or string.sub(lower, i, i + 1) == "tc"
end

-- Name/1.2, Name 1.2, Name (1.2), Name-1.2, Name V1.2, Name build 1.2: the name ends where the number is
-- announced.
local separators = { [32] = true, [47] = true, [40] = true, [45] = true }
local function name(text, lower)
  if not is_letter(string.byte(text)) then return nil end
  for i = 2, #text + 1 do
    local c = string.byte(text, i)
    local at = i
    while separators[string.byte(text, at) or 0] do at = at + 1 end
    if at > i and number_begins(lower, at) then return string.sub(text, 1, i - 1) end
    at = i
    while string.byte(text, at) == 32 do at = at + 1 end
    local d = string.byte(text, at)
    if d == nil or d == 47 or d == 40 or d == 44 then return string.sub(text, 1, i - 1) end
    if not (is_word(c) or c == 33 or c == 43 or c == 45 or c == 32 or c == 46) then return nil end
  end
end

-- The first number with a dot behind a blank, a slash, a bracket or a hyphen: 1.2, v1.2, TC7.3, X6.1,
-- 12.2(33)SXH.
local function number(text, lower)
  for i = 2, #text do
    local c = string.byte(text, i)
    local at = (c == 32 or c == 47 or c == 40 or c == 45) and i + 1
      or string.sub(lower, i, i + 5) == "build " and i + 6 or nil
    if at then
      if string.sub(lower, at, at + 3) == "ios-" then at = at + 4 end
      if string.sub(lower, at, at + 9) == "release - " then at = at + 10 end
      if string.byte(lower, at) == 118 then at = at + 1 end
      if string.byte(text, at) == 46 then at = at + 1 end
      local from = at
      if string.sub(lower, at, at + 3) == "tcnc" then at = at + 4
      elseif string.sub(lower, at, at + 1) == "tc" or string.sub(lower, at, at + 1) == "ce" then at = at + 2
      elseif string.byte(lower, at) == 120 then at = at + 1 end
      local figures = at
      while is_digit(string.byte(text, at)) do at = at + 1 end
      if at > figures and string.byte(text, at) == 46 and is_digit(string.byte(text, at + 1)) then
        at = at + 1
        while at <= #text do
          local d, after = string.byte(text, at, at + 1)
          local rest = string.sub(lower, at + 1, at + 4)
          if d == 40 and (is_digit(after) or after == 46) then
            local stop = at + 1
            while is_word(string.byte(text, stop)) or string.byte(text, stop) == 46 do stop = stop + 1 end
            if string.byte(text, stop) ~= 41 then break end
            at = stop
          elseif d == 45 then
            if not (is_digit(after) or string.sub(rest, 1, 2) == "rc" or string.sub(rest, 1, 3) == "pre"
              or rest == "beta") then break end
          elseif not (is_word(d) or d == 46 or d == 126) then
            break
          end
          at = at + 1
        end
        return string.sub(text, from, at - 1)
      end
    end
  end
end

-- A model: a word with two figures in a row, which no number follows, and the words before it.
local function model(text, lower)
  local i = 1
  while i <= #text do
    local start, pair = i, false
    while true do
      local c = string.byte(text, i)
      if not is_word(c) and (i == start or c ~= 33 and c ~= 43) then break end
      pair = pair or is_digit(c) and is_digit(string.byte(text, i + 1))
      i = i + 1
    end
    local first, c = string.byte(text, start), string.byte(text, i)
    local word = string.sub(lower, start, i - 1)
    if i == start or word == "release" or word == "build" then return nil end
    local two = is_digit(first) and is_digit(string.byte(text, start + 1))
    if not is_letter(first) and not (two and start > 1) then return nil end
    if pair and (c == nil or c == 32 or c == 47 or c == 40 or c == 45) then
      if c == 45 and is_letter(string.byte(text, i + 1)) then
        i = i + 1
        while is_word(string.byte(text, i)) do i = i + 1 end
      end
      return string.sub(text, 1, i - 1)
    end
    if c ~= 32 and c ~= 47 and c ~= 45 then return nil end
    i = i + 1
  end
end

-- Polycom's phones: PolycomFamilyIP-FAM_100-UA/1.2.3, where the family stands before the number.
local function polycom(text)
  for i = 1, #text - 10 do
    if string.sub(text, i, i + 6) == "Polycom" and is_letter(string.byte(text, i + 7)) then
      local dash = i + 7
      while is_word(string.byte(text, dash)) do dash = dash + 1 end
      local mark = dash
      while string.byte(text, mark) and string.byte(text, mark) ~= 95 do mark = mark + 1 end
      local stop = mark + 1
      while string.byte(text, stop) and string.byte(text, stop) ~= 45 and string.byte(text, stop) ~= 47 do
        stop = stop + 1
      end
      local family = string.sub(text, i + 7, dash - 1)
      if string.byte(text, dash) == 47 then                        -- PolycomFamily100/1.2
        local digit = 1
        while digit <= #family and not is_digit(string.byte(family, digit)) do digit = digit + 1 end
        if digit > #family then return nil end
        family = string.sub(family, 1, digit - 1) .. " " .. string.sub(family, digit)
      elseif string.byte(text, dash) == 45 and mark < #text then
        if string.sub(family, -2) == "IP" then family = string.sub(family, 1, -3) end
        family = family .. " " .. string.sub(text, mark + 1, stop - 1)
      else
        return nil
      end
      if string.sub(family, 1, 12) == "RealPresence" then
        family = "RealPresence " .. string.sub(family, 13)
      end
      return family
    end
  end
end

-- Maker/Model-1.2, Maker-Model/1.2: the model is the product.
local function of_maker(text)
  local i = 1
  while is_letter(string.byte(text, i)) do i = i + 1 end
  local c = string.byte(text, i)
  if i == 1 or c ~= 47 and c ~= 45 or not is_letter(string.byte(text, i + 1)) then return nil end
  local stop = i + 1
  while is_word(string.byte(text, stop)) do stop = stop + 1 end
  local word, figures = string.sub(text, i + 1, stop - 1), 0
  for k = 1, #word do if is_digit(string.byte(word, k)) then figures = figures + 1 end end
  local after = string.byte(text, stop)
  return figures > 0 and (after == nil or after == 45 or after == 47) and word or nil
end

-- What Cisco's and Tandberg's software calls itself by its letters.
local by_release = { x = "Expressway", ce = "Collaboration Endpoint" }

-- Grandstream writes the hardware's revision behind the model: ABC1000V1.2A.
local function without_revision(name)
  for i = 4, #name - 2 do
    if string.byte(name, i) == 86 and is_digit(string.byte(name, i - 1))
      and is_digit(string.byte(name, i + 1))
      and string.byte(name, i + 2) == 46 then return string.sub(name, 1, i - 1) end
  end
  return name
end

-- A serial number, or the size of a word, is no part of the number: 1.2.3_001122334455, 1.2.3~64bit.
local function bare(number)
  for i = 2, #number do
    local c = string.byte(number, i)
    if c == 95 and #number - i >= 8 or c == 126 and string.sub(number, -3) == "bit" then
      return string.sub(number, 1, i - 1)
    end
  end
  return number
end

local function meaning(text)
  text = string.sub(text, 1, 300)
  local lower = string.lower(text)
  local found = { device = model(text, lower), version = number(text, lower) }
  local from = string.sub(lower, 1, 23) == "audiocodes-sip-gateway-" and 24 or 1
  found.product = name(string.sub(text, from), string.sub(lower, from))
  -- Cisco-SIPGateway/IOS-12.x
  for i = 1, #text - 5 do
    if string.sub(text, i, i + 4) == "/IOS-" then
      local stop = i + 5
      while is_word(string.byte(text, stop)) or string.byte(text, stop) == 46 do stop = stop + 1 end
      found.product, found.version = "IOS", string.sub(text, i + 5, stop - 1)
    end
    -- (arch/system)
    if string.byte(text, i) == 40 then
      local slash = i + 1
      while is_word(string.byte(text, slash)) do slash = slash + 1 end
      local stop = slash + 1
      while is_word(string.byte(text, stop)) do stop = stop + 1 end
      if slash > i + 1 and string.byte(text, slash) == 47 and string.byte(text, stop) == 41 then
        found.os = string.sub(text, slash + 1, stop - 1)
      end
    end
  end
  local stop = 1
  while is_letter(string.byte(text, stop)) do stop = stop + 1 end
  local maker = makers[string.sub(lower, 1, stop - 1)]
  if maker then
    found.vendor = maker[1]
    if found.product ~= "IOS" then found.product = maker[2] or of_maker(text) or found.product end
  end
  if string.sub(text, 1, 3) == "3CX" then found.product, found.vendor = "3CX Phone System", "3CX" end
  if string.sub(text, 1, 7) == "Polycom" then found.product = polycom(text) or found.product end
  if found.version and string.sub(lower, 1, 8) == "tandberg" then
    local letters = 1
    while is_letter(string.byte(found.version, letters)) do letters = letters + 1 end
    found.product = by_release[string.lower(string.sub(found.version, 1, letters - 1))] or found.product
  end
  found.product = found.product and without_revision(found.product) or found.device
  found.version = found.version and bare(found.version)
  return found
end

local sip_options = "OPTIONS sip:offport.invalid SIP/2.0\r\nVia: SIP/2.0/UDP offport.invalid:5060;branch=z9hG4bKoffport;rport\r\n" ..
  "Max-Forwards: 70\r\nFrom: <sip:offport@offport.invalid>;tag=offport\r\nTo: <sip:offport.invalid>\r\n" ..
  "Call-ID: offport-probe\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"

protocol "sip" {
  title     = "Session Initiation Protocol",
  reference = "RFC 3261 section 7",
  category  = "voice",
  ports     = { "5060/udp", "5060/tcp", "5061/udp" },
  alternates = { "5062/udp", "5062/tcp", "5070/udp", "5080/udp", "5080/tcp" },

  -- Whoever asks first is the client; joined later, either may ask.
  udp { client = request, server = status, alone = { "client", "server" } },
  tcp { client = request, server = status, alone = { "client", "server" } },
  udp { client = any { request, status }, server = any { request, status }, alone = { "client", "server" } },
  tcp { client = any { request, status }, server = any { request, status }, alone = { "client", "server" } },

  tcp { client = late_request, server = any { request, late_request, late_status }, alone = "client" },

  -- A server that names itself, whatever was said to it.
  tcp { server = status },

  fields {
    server = [[(?im)^(?:Server|User-Agent):[ \t]*(?<banner>[^\r\n]*[^\s])]],
    client = [[(?im)^User-Agent:[ \t]*(?<user_agent>[^\r\n]*[^\s])]],
    describe = { banner = meaning },
  },

  probe { transport = "udp", send = sip_options },
  probe { transport = "tcp", send = sip_options },

  example { client = "REGISTER sip:example.org SIP/2.0\r\n\z
      Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK7\r\n\z
      From: <sip:al@example.org>;tag=1\r\nTo: <sip:al@example.org>\r\nCall-ID: 9@192.0.2.1\r\n\z
      CSeq: 1 REGISTER\r\nUser-Agent: Grandstream HT802 1.0.29.8\r\n\r\n",
    server = "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK7\r\n\z
      From: <sip:al@example.org>;tag=1\r\nTo: <sip:al@example.org>;tag=2\r\n\z
      Call-ID: 9@192.0.2.1\r\nCSeq: 1 REGISTER\r\nServer: Asterisk PBX 20.5.0\r\n\r\n" },
  example { client = "OPTIONS sip:a@example.org SIP/2.0\r\n\r\n" },
  example { client = "GET / HTTP/1.0\r\n\r\n",
      server = "SIP/2.0 400 Bad Request\r\n\r\n", transport = "tcp" },
  example { client = "\r\n\r\nOPTIONS sip:a@example.org SIP/2.0\r\n\r\n",
    server = "\r\nSIP/2.0 200 OK\r\n\r\n", transport = "tcp" },
  example { client = "\r\n\r\nBYE sip:a@example.org SIP/2.0\r\n\r\n",
    server = "\r\nNOTIFY sip:b@example.org SIP/2.0\r\n\r\n", transport = "tcp" },
  example { client = "\r\n\r\nBYE sip:a@example.org SIP/2.0\r\n\r\n",
    server = "NOTIFY sip:b@example.org SIP/2.0\r\n\r\n", transport = "tcp" },
  example { client = "\r\n\r\nINVITE tel:+15550100 SIP/2.0\r\n\r\n", transport = "tcp" },
  -- The first words of the capture are an answer.
  example { client = "SIP/2.0 200 OK\r\n\r\n", server = "OPTIONS sip:a@example.org SIP/2.0\r\n\r\n" },
  counterexample { client = "OPTIONS sip:a@example.org SIP/2.0\r\n\r\n",
      server = "HTTP/1.0 400 Bad Request\r\n\r\n",
    transport = "tcp" },
  counterexample { client = "OPTIONS * HTTP/1.1\r\n\r\n", server = "HTTP/1.1 200 OK\r\n\r\n" },
  counterexample { client = "OPTIONS rtsp://example.org/a RTSP/1.0\r\n\r\n",
    server = "RTSP/1.0 200 OK\r\n\r\n" },
}
