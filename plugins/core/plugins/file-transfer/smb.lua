-- NetBIOS session framing, type 0 and a length, then FF "SMB" (version 1), FE "SMB" (2 and 3), FD (encrypted)
-- or FC (compressed): MS-CIFS 2.2.3.1, MS-SMB2 2.2.1.  On port 139 a session request comes first (RFC 1002
-- section 4.3).
-- Who asks and who answers tells a bit: 80 of version 1's flags, 1 of version 2's; nothing tells it of the others.
local function framed(old, new)
  return all { bytes "00 ?? ?? ??", any {
    at(4, bytes("FF 53 4D 42 ?? ?? ?? ?? ?? " .. old)),
    at(4, bytes("FE 53 4D 42 ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? " .. new)),
    at(4, bytes "FD 53 4D 42"), at(4, bytes "FC 53 4D 42") } }
end
local even, odd = {}, {}
for flags = 0, 0x7E, 2 do
  even[#even + 1], odd[#odd + 1] = string.format("%02X", flags), string.format("%02X", flags + 1)
end
local asked = framed("[00-7F]", "[" .. table.concat(even, ",") .. "]")
local answered = framed("[80-FF]", "[" .. table.concat(odd, ",") .. "]")

-- 81: session request, with two names of 34 bytes; 82: yes; 83: no, with one byte of reason (80 to 8F).
local session_request = bytes "81 00 00 4? 20 ??"
local session_answer = any { bytes "82 00 00 00", bytes "83 00 00 01 8?" }

-- The server tells what it is when the session is set up, not in its first answer: in NTLMSSP's challenge, or
-- at the end of version 1's set-up.  Until then the flow waits, but for no more than the server's first 1 KB.
local told = any { contains "NTLMSSP\0\2\0\0\0", matches [=[(?s)\xFFSMB\x73\0{4}[\x80-\xFF]]=] }
local later = none { contains "\xFFSMB\xFF\xFF\xFF\xFF\xFF" }

-- Texts in UTF-16: every other byte.
local function halved(text)
  local list = { string.byte(text, 1, -1) }
  for k = 1, #list // 2 do list[k] = list[2 * k - 1] end
  return string.char(table.unpack(list, 1, #list // 2))
end

-- Names: as long as they are ASCII.
local function wide(v, at, length)
  local text = v:bytes(at, math.min(length, 128) // 2 * 2)
  if not text or text == "" then return nil end
  local list = { string.byte(text, 1, -1) }
  for k = 1, #list, 2 do
    if list[k] < 32 or list[k + 1] ~= 0 then return nil end
  end
  return halved(text)
end

-- Windows by its last build number; a server and a client of the same build cannot be told apart.
local builds = {
  { 2195, "Windows 2000" }, { 2600, "Windows XP" }, { 3790, "Windows Server 2003" },
  { 6003, "Windows Vista or Server 2008" }, { 7601, "Windows 7 or Server 2008 R2" },
  { 9200, "Windows 8 or Server 2012" }, { 9600, "Windows 8.1 or Server 2012 R2" },
  { 14393, "Windows 10 or Server 2016" }, { 17134, "Windows 10" },
  { 17763, "Windows 10 or Server 2019" }, { 19045, "Windows 10" },
  { 20348, "Windows Server 2022" }, { 26099, "Windows 11" }, { 65535, "Windows 11 or Server 2025" },
}

-- NTLMSSP's challenge (MS-NLMP 2.2.1.2): the target's name at 12, its list of names at 40, the version at 48.
local function challenge(v, result)
  local at = v:find(4, "NTLMSSP\0\2\0\0\0")
  if not at or not v:u16le(at + 52) then return end
  local name, pairs_at, length = v:u32le(at + 16), v:u32le(at + 44), v:u16le(at + 40)
  result.domain = wide(v, at + name, v:u16le(at + 12))
  local where, stop = at + pairs_at, at + pairs_at + length
  for _ = 1, 12 do
    local kind, size = v:u16le(where), v:u16le(where + 2)
    if not size or kind == 0 or where >= stop then break end
    if kind == 1 then result.hostname = result.hostname or wide(v, where + 4, size) end
    if kind == 3 then result.hostname = wide(v, where + 4, size) or result.hostname end    -- its DNS name
    if kind == 4 then result.domain = wide(v, where + 4, size) or result.domain end
    where = where + 4 + size
  end
  local major, minor, build = v:u8(at + 48), v:u8(at + 49), v:u16le(at + 50)
  if major >= 5 and major <= 10 and build > 0 then
    result.version = string.format("%d.%d.%d", major, minor, build)
    for _, entry in ipairs(builds) do
      if build <= entry[1] then result.os, result.vendor = entry[2], "Microsoft" break end
    end
  end
end

-- Version 1 ends the session's set-up with three strings: system, LAN manager, domain (MS-CIFS 2.2.4.53.2).
local function native(v, result)
  local at = v:find(4, "\xFFSMB\x73")
  local words = at and v:u8(at + 32)
  -- C0000016: more is to come.
  local status = at and v:u32le(at + 5)
  if not words or words ~= 3 and words ~= 4 or status ~= 0 and status ~= 0xC0000016 then return end
  local count = at + 33 + 2 * words
  local from = count + 2 + (words == 4 and v:u16le(at + 33 + 6) or 0)
  local stop = count + 2 + (v:u16le(count) or 0)
  local unicode = (v:u16le(at + 10) or 0) & 0x8000 ~= 0
  if unicode and (from - at) % 2 == 1 then from = from + 1 end
  local texts = {}
  for i = 1, 2 do
    local last = v:find(from, unicode and "\0\0" or "\0") or stop
    if unicode and (last - from) % 2 == 1 then last = last + 1 end
    local text = v:bytes(from, math.max(math.min(last, stop, v:size(), from + 160) - from, 0)) or ""
    if unicode then text = halved(text) end
    texts[i], from = text, last + (unicode and 2 or 1)
  end
  -- Samba calls itself a Windows of that release; the system it runs on is another.
  local poses = string.sub(texts[2], 1, 5) == "Samba" and string.sub(texts[1], 1, 7) == "Windows"
  if texts[1] ~= "" and not poses then result.os = texts[1] end
  if texts[1] ~= "" or texts[2] ~= "" then result.banner = texts[1] .. " / " .. texts[2] end
end

-- "Windows Server (R) 2008 Standard 6001 Service Pack 1": the name ends before the edition or the build;
-- what marks it as a trade mark is no part of it.
local release_words = {
  windows = true, server = true, nt = true, storage = true, xp = true, vista = true, me = true,
    ce = true, r2 = true,
  ["hyper-v"] = true, small = true, business = true, web = true, home = false,
}
local names_of = { ["Windows 5.0"] = "Windows 2000", ["Windows 5.1"] = "Windows XP",
  ["Windows 5.2"] = "Windows Server 2003" }
local function windows(text)
  local parts, start, pack = {}, 1, nil
  for i = 1, #text + 1 do
    local c = string.byte(text, i) or 32
    if c == 32 or c == 44 then
      local word = string.sub(text, start, i - 1)
      local digit = string.byte(word)
      local year = digit and digit >= 48 and digit <= 57 and #word <= 4 and #parts > 0
      local known = release_words[string.lower(word)]
      -- 2600, 3790, 6002 and 7601 are builds.
      if year and #word == 4 and string.sub(word, 1, 2) ~= "20" then year = false end
      if known or year and not pack then
        parts[#parts + 1] = word
      elseif word == "Pack" then
        pack = "Service Pack " .. string.sub(text, i + 1, i + 1)
      elseif word ~= "" and digit ~= 40 and word ~= "without" and #parts > 1 and not year then
        -- an edition; only a service pack still counts
        for at = i, #text - 12 do
          if string.sub(text, at, at + 12) == "Service Pack " then
            pack = "Service Pack " .. string.sub(text, at + 13, at + 13)
          end
        end
        break
      end
      start = i + 1
    end
  end
  local name = table.concat(parts, " ")
  return names_of[name] or name, pack
end
-- Others by what they call themselves.
local others = {
  { "Unix", "Samba", "Samba" }, { "VxWorks", "VxWorks CIFS", "Wind River", "VxWorks" },
  { "QTS", "QTS", "QNAP", "QTS" },
  { "OS/400", "OS/400", "IBM", "OS/400" }, { "OS400", "OS/400", "IBM", "OS/400" },
  { "DSM", "DSM", "Synology", "DSM" },
  { "Mac OS X", "Mac OS X", "Apple", "Mac OS X" }, { "Darwin", "Mac OS X", "Apple", "Mac OS X" },
}

-- "Unix / Samba 3.0.22": the system, then the LAN manager, whose number stands behind its name.
local function meaning(text)
  local at = 1
  while at < #text and string.sub(text, at, at + 2) ~= " / " do at = at + 1 end
  local manager = string.sub(text, at + 3)
  local result = {}
  if string.sub(manager, 1, 5) == "Samba" then
    result.product, result.vendor = "Samba", "Samba"
  elseif string.sub(manager, 1, 3) == "NQ " then
    result.product, result.vendor = "NQ", "Visuality Systems"
  elseif string.sub(string.lower(manager), 1, 11) == "mikrotiksmb" then
    return { product = "RouterOS", vendor = "MikroTik" }
  elseif string.sub(text, 1, 7) == "Windows" or string.sub(text, 1, 7) == "Hyper-V" then
    local name, pack = windows(string.sub(text, 1, at - 1))
    return { vendor = "Microsoft", product = name, version = pack }
  else
    for _, other in ipairs(others) do
      if string.sub(text, 1, #other[1]) == other[1] then
        result.product, result.vendor = other[2], other[3]
        break
      end
    end
  end
  local first
  for i = 4, #manager + 1 do
    local c = string.byte(manager, i) or 32
    local number = c >= 48 and c <= 57 or c == 46
    if not first and c >= 48 and c <= 57 and string.byte(manager, i - 1) == 32 then first = i end
    if first and not number and not (c >= 97 and c <= 122) then
      result.version = string.sub(manager, first, i - 1)
      break
    end
  end
  return result
end

-- For the examples: a message of version 1 with its words and bytes, no Unicode (MS-CIFS 2.2.3).
local function old(command, flags, words, bytes)
  local rest = string.char(#words // 2) .. words .. string.char(#bytes, 0) .. bytes
  return "\0\0\0" .. string.char(32 + #rest) .. "\xFFSMB" .. string.char(command) .. "\0\0\0\0"
    .. string.char(flags) .. hex "03 40" .. string.rep("\0", 14) .. hex "7B 00 00 00 01 00" .. rest
end
local asks = old(0x72, 0x18, "", "\2NT LM 0.12\0")
  .. old(0x73, 0x18, hex "FF 00 00 00 FF FF 02 00 01 00 7B 00 00 00 01 00 00 00 00 00 00 00 \z
    54 00 00 00", "\0\0\0Unix\0Samba\0")
local tells = old(0x72, 0x98, hex "00 00 03 32 00 01 00 04 41 00 00 00 00 01 00 7B 00 00 00 \z
    FD F3 80 00 80 3B 1C 4E 2A 9D D9 01 00 00 08", "\xA1\xB2\xC3\xD4\xE5\xF6\x17\x28LAB\0")
  .. old(0x73, 0x98, hex "FF 00 00 00 00 00", "Unix\0Samba 3.0.37\0LAB\0")

protocol "smb" {
  title     = "Server Message Block",
  reference = "MS-CIFS 2.2.3.1, MS-SMB2 2.2.1, RFC 1002 section 4.3",
  category  = "file-transfer",
  also      = { "microsoft-ds", "netbios-ssn", "cifs" },
  ports     = { "445/tcp", "139/tcp" },

  tcp { client = asked, server = all { answered, told } },
  tcp { client = asked, server = all { answered, later }, alone = { "client", "server" } },
  tcp { client = session_request, server = all { session_answer, told } },
  tcp { client = session_request, server = all { session_answer, later }, alone = "client" },
  -- Joined midway, the client may begin inside a message.  A client alone proves nothing about a server that
  -- answers.
  tcp { server = all { answered, told } },
  tcp { server = all { answered, later } },

  fields {
    server = function(m)
      local v = m.server
      if not v then return nil end
      -- Behind the answer to a session request, which has four bytes.
      local base = v:u8(0) == 0x82 and 8 or 4
      local kind, result = v:u8(base), {}
      if kind == 0xFF then
        result.protocol_version = "1"
        native(v, result)
      elseif kind == 0xFE and v:u16le(base + 12) == 0 then
        -- The answer to Negotiate says which dialect both speak, such as 0x0311; 0x02FF asks for another Negotiate.
        local dialect = v:u16le(base + 68)
        if dialect and dialect >= 0x0202 and dialect <= 0x0311 and dialect ~= 0x02FF then
          result.protocol_version = string.format("%x.%x.%x", dialect >> 8, dialect >> 4 & 15, dialect & 15)
        end
      end
      challenge(v, result)
      return result
    end,
    describe = { banner = meaning },
  },

  -- SMB2 NEGOTIATE: dialects 2.0.2, 2.1 and 3.0.
  probe { send = hex "00 00 00 6A FE 53 4D 42 40 00 00 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 \z
    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 24 00 03 00 \z
    01 00 00 00 00 00 00 00 6F 66 66 70 6F 72 74 2D 70 72 6F 62 65 2D 69 64 00 00 00 00 00 00 00 00 02 02 10 02 \z
    00 03" },

  example { client = hex "00 00 00 54 FF 53 4D 42 72 00 00 00 00 18",
    server = hex "00 00 00 F0 FE 53 4D 42 40 00 01 00 00 00 00 00 00 00 01 00 01 00 00 00" },
  example { client = hex "81 00 00 44 20 43 4B 46 44", server = hex "82 00 00 00" },
  example { client = asks, server = tells },
  -- Port 139: from a workstation to *SMBSERVER, whatever its name is.
  example { client = hex "81 00 00 44" .. "\x20CKFDENECFDEFFCFGEFFCCACACACACACA\0"
      .. "\x20FAED" .. string.rep("CA", 13) .. "AA\0" .. asks,
    server = hex "82 00 00 00" .. tells },
  -- The client joined inside a message; the server challenges in SPNEGO (MS-SMB2 2.2.6, RFC 4178
  -- section 4.2.2).
  example { client = hex "02 02 10 02 00 03 02 03 11 03",
    server = hex "00 00 00 BD FE 53 4D 42 40 00 01 00 16 00 00 C0 01 00 01 00 01 00 00 00 \z
      00 00 00 00 01 00 00 00 00 00 00 00 FF FE 00 00 00 00 00 00 01 00 00 00 00 04 00 00"
      .. string.rep("\0", 16) .. hex "09 00 00 00 48 00 75 00 A1 73 30 71 A0 03 0A 01 01 \z
      A1 0C 06 0A 2B 06 01 04 01 82 37 02 02 0A A2 5C 04 5A" .. "NTLMSSP\0" .. hex "02 00 00 00 \z
      06 00 06 00 38 00 00 00 15 82 89 E2 A1 B2 C3 D4 E5 F6 17 28 \z
      00 00 00 00 00 00 00 00 1C 00 1C 00 3E 00 00 00 0A 00 7C 4F 00 00 00 0F"
      .. "L\0A\0B\0" .. hex "02 00 06 00" .. "L\0A\0B\0" .. hex "01 00 0A 00"
      .. "F\0I\0L\0E\0S\0" .. hex "00 00 00 00" },
  -- A megabyte written, and one read.
  example { client = hex "00 10 00 70 FE 53 4D 42 40 00 10 00 00 00 00 00 09 00 01 00 00 00 00 00",
    server = hex "00 10 00 50 FE 53 4D 42 40 00 10 00 00 00 00 00 08 00 01 00 01 00 00 00" },
  -- The answer to an echo (MS-SMB2 2.2.29).
  example { client = hex "00 00 00 00 00 00 04 00 00 00",
    server = hex "00 00 00 44 FE 53 4D 42 40 00 01 00 00 00 00 00 0D 00 01 00 01 00 00 00 \z
      00 00 00 00 09 00 00 00 00 00 00 00 FF FE 00 00 00 00 00 00 01 00 00 00 00 04 00 00"
      .. string.rep("\0", 16) .. hex "04 00 00 00" },
  counterexample { client = hex "00 00 00 54 FF 53 4D 41 72 00" },
  counterexample { client = hex "16 03 01 00 54 01 00 00 50 03 01" },
  counterexample { client = hex "00 00 00 54 FF 53 4D 42 72 00 00 00 00",
      server = "SSH-2.0-OpenSSH_9.6\r\n" },
  counterexample { client = hex "05 00 0B 03 10 00 00 00 48 00 00 00 01 00 00 00",
    server = hex "05 00 0C 03 10 00 00 00 3C 00 00 00 01 00 00 00" },
}
