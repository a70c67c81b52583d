-- The first byte holds leap, version and mode; a client (3) is answered by a server (4); peers (1, 2) and
-- broadcasts (5) exist too (RFC 5905 section 7.3).  48 bytes, then extension fields and an authenticator in
-- words of four bytes.

-- Fields of fixed meaning must be plausible: many protocols begin with any given byte.
local function packet(v)
  local first, stratum, poll, precision = v:u8(0), v:u8(1), v:u8(2), v:u8(3)
  local size = v:size()
  if size < 48 or size > 1300 then return false end
  local version = first >> 3 & 7
  if version < 1 or version > 4 or stratum > 16 then return false end
  if poll > 17 and poll < 0xF0 then return false end             -- 2^poll seconds
  -- 2^precision seconds, below one
  -- ... or 32, by which chrony's clients say nothing of their clock.
  if precision ~= 0 and (precision < 0xD8 or precision > 0xFE) and precision > 6
    and precision ~= 32 then return false end
  -- root delay below 256 seconds
  if v:u32(4) >= 0x01000000 and stratum > 0 and stratum < 16 then return false end
  return true
end

local function ask_and_answer(m)
  if m.client and not packet(m.client) then return false end
  if m.server and not packet(m.server) then return false end
  -- Alone: a request of 48 bytes, or with a known authenticator (RFC 5905 section 7.3: 4 + 16 or 4 + 20
  -- bytes).
  if not m.server then
    local size = m.client:size()
    return size == 48 or size == 68 or size == 72 or (size > 72 and size % 4 == 0
      and m.client:u16(50) == size - 48)
  end
  -- A server that answers says which clock it follows and when it sent, and repeats when it was asked; of
  -- several questions it may be another's, then it sends in the minutes in which it received.
  local v = m.server
  if v:u8(1) > 16 or v:u32(40) == 0 then return false end
  if m.client and v:u32(24) == m.client:u32(40) and v:u32(28) == m.client:u32(44) then return true end
  local size = v:size()
  local usual = size == 48 or size == 68 or size == 72 or size > 72 and size % 4 == 0
  return (m.client ~= nil or usual) and math.abs((v:u32(32) >> 8) - (v:u32(40) >> 8)) <= 1
end

local function peers(m)
  if m.client and not packet(m.client) then return false end
  if m.server and not packet(m.server) then return false end
  local v = m.client or m.server
  local size = v:size()
  return (size == 48 or size == 68 or size == 72) and v:u32(40) > 0x80000000     -- sent after 1968
end

-- Mode 6 (RFC 9327): the count of bytes of data stands at 10.
local function control(m)
  local v = m.client or m.server
  local version, count = v:u8(0) >> 3 & 7, v:u16(10)
  if not count or version < 1 or version > 4 then return false end
  local whole = 12 + count + (4 - count % 4) % 4
  local size = v:size()
  return size == 12 + count or size == whole or size == whole + 20 or size == whole + 24
end

-- The low three bits of the first byte are the mode; the stratum that follows is 0 to 16.
local from_client = any { bytes "?3 0?", bytes "?3 10", bytes "?B 0?", bytes "?B 10" }
local from_server = any { bytes "?4 0?", bytes "?4 10", bytes "?C 0?", bytes "?C 10" }
local from_peer   = any { bytes "?1 0?", bytes "?2 0?", bytes "?9 0?", bytes "?A 0?", bytes "?5 0?",
  bytes "?D 0?" }

-- "ntpd 4.2.8p15@1.3728-o ...", "4.2.6", "ntp-4.2.4": perhaps a name, then the number.
local function meaning(text)
  text = string.sub(text, 1, 200)
  local function word_end(i)
    while true do
      local c = string.byte(text, i)
      local letter = c and (c >= 64 and c <= 90 or c >= 97 and c <= 122 or c == 95)
      if not letter and not (c and (c >= 48 and c <= 57 or c == 45 or c == 46)) then return i - 1 end
      i = i + 1
    end
  end
  -- Some Name 5.2: what is no daemon of ntpd's kin names itself in several words.
  local words = 0
  for i = 2, #text - 1 do
    local c, after = string.byte(text, i, i + 1)
    if c == 32 then words = words + 1 end
    if c == 32 and after >= 48 and after <= 57 then
      local name = string.sub(text, 1, i - 1)
      if words > 1 and string.sub(name, 1, 4) ~= "ntpd" then
        return { product = name, version = string.sub(text, i + 1, word_end(i + 1)) }
      end
      break
    end
  end
  local first, from, stop = string.byte(text) or 0, 1, 1
  if first >= 65 and first <= 90 or first >= 97 and first <= 122 then
    while (string.byte(text, stop) or 45) ~= 32 and word_end(stop) >= stop
      and string.byte(text, stop) ~= 45 and string.byte(text, stop) ~= 46 and string.byte(text, stop) ~= 64 do
      stop = stop + 1
    end
    if string.byte(text, stop) == 32 then from = stop + 1 end
  end
  local product = from > 1 and string.sub(text, 1, stop - 1) or nil
  if string.sub(text, from, from + 9) == "version = " then from = from + 10
  elseif string.sub(text, from, from + 7) == "version " then from = from + 8
  elseif string.sub(text, from, from + 3) == "ntp-" then from = from + 4
  elseif string.sub(text, from, from) == "v" then from = from + 1 end
  if string.sub(text, from, from + 6) == "ntpsec-" then product, from = "NTPsec", from + 7 end
  local last = word_end(from)
  if product == "ntpd" or product == "xntpd" then product = "NTP" end
  local digit = string.byte(text, from) or 0
  if digit >= 48 and digit <= 57 then product = product or "NTP" end
  return { product = product, version = last >= from and string.sub(text, from, last) or nil }
end

-- Where no version of the daemon is told, the system is what there is to know: "SunOS/5.6",
-- "FreeBSD4.1-RELEASE", "UNIX/HPUX".
local systems = {
  sunos = { "Solaris", "Sun" }, solaris = { "Solaris", "Sun" }, hpux = { "HP-UX", "HP" },
  ["hp-ux"] = { "HP-UX", "HP" },
  aix = { "AIX", "IBM" }, decosf = { "OSF/1", "DEC" }, osf = { "OSF/1", "DEC" },
  freebsd = { "FreeBSD", "FreeBSD" },
  netbsd = { "NetBSD", "NetBSD" }, openbsd = { "OpenBSD", "OpenBSD" }, linux = { "Linux" },
  junos = { "Junos OS", "Juniper" },
  ["data ontap"] = { "Data ONTAP", "NetApp" }, vxworks = { "VxWorks", "Wind River" },
  openvms = { "OpenVMS", "HP" },
  darwin = { "Mac OS X", "Apple" }, cisco = { "IOS", "Cisco" }, windows = { "Windows", "Microsoft" },
  ["i386-wrs-vxworks"] = { "VxWorks", "Wind River" },
}
local function host(text)
  if string.sub(text, 1, 5) == "UNIX/" then text = string.sub(text, 6) end
  local stop = 1
  while stop <= #text do
    local c = string.byte(text, stop)
    local digit, after = c >= 48 and c <= 57, string.byte(text, stop + 1) or 0
    if c == 47 or digit and stop > 1 and string.byte(text, stop - 1) ~= 45 and string.sub(text, 1, 1) ~= "i"
      or c == 32 and after >= 48 and after <= 57 then break end
    stop = stop + 1
  end
  local known = systems[string.lower(string.sub(text, 1, stop - 1))]
  local c = string.byte(text, stop)
  local number = string.sub(text, (c == 47 or c == 32) and stop + 1 or stop)
  local first = string.byte(number) or 0
  if first < 48 or first > 57 then number = nil end
  if not known then return nil end
  -- SunOS 5.7 is Solaris 7, and 5.6 was 2.6.
  if known[1] == "Solaris" and number and string.sub(number, 1, 2) == "5." then
    local minor = tonumber(string.sub(number, 3)) or 0
    number = (minor >= 7 and "" or "2.") .. string.sub(number, 3)
  end
  return { product = known[1], vendor = known[2], version = number }
end

-- For an example: 128 bytes, so that no word of four has to be filled up.
local variables = 'version="ntpd 4.2.8p15@1.3728-o Wed Sep 23 11:46:38 UTC 2020 (1)",\r\n'
  .. 'processor="x86_64", system="Linux/5.15.0-91-generic", leap=0'

protocol "ntp" {
  title     = "Network Time Protocol",
  reference = "RFC 5905 section 7.3, RFC 9327",
  category  = "network",
  ports     = { "123/udp" },

  udp { client = all { from_client, length(48, 1300) }, server = all { from_server, length(48, 1300) },
        alone = { "client", "server" }, check = ask_and_answer },
  udp { either = all { from_peer, length(48, 72) }, alone = { "client", "server" }, check = peers },
  -- Control messages; ?6 and ?E with operation codes 0 to 12.
  udp { client = all { any { bytes "16 0?", bytes "1E 0?", bytes "26 0?", bytes "D6 0?" }, length(12, 480) },
        server = any { bytes "?6 8?", bytes "?E 8?", bytes "?6 C?", bytes "?E C?", bytes "?6 A?",
          bytes "?E A?" }, alone = "client",
        check = control },
  -- The monitor list of ntpd's private mode 7: version 2, implementation 3, requests 20 and 42; other
  -- requests without data; and the list itself, in items of 72 bytes (0048), the answer by which others are
  -- flooded.
  udp { client = any { bytes "17 00 03 2A", bytes "17 00 03 14" }, alone = "client" },
  udp { client = all { bytes "17 00 03 [00-2d] 00 00 00 00", length(8, 192) }, alone = "client" },
  udp { server = any { bytes "97 ?? 03 2A 0? ?? 00 48", bytes "D7 ?? 03 2A 0? ?? 00 48" }, alone = "server" },

  fields {
    server = {
      function(m)
        local first = m.server and m.server:u8(0)
        -- Modes 6 and 7 tell of the server itself, and are what floods others.
        local mode = first and first & 7 or 0
        return { protocol_version = first and string.format("%d", first >> 3 & 7),
          mode = mode >= 6 and string.format("%d", mode) or nil }
      end,
      -- The variables of mode 6 (RFC 9327, appendix A), in any order, as ntpd and its relatives write them.
      [[(?x)^[\x0E\x16\x1E\x26\xD6] (?s:.{11}) (?: (?= [^\x00]*? version="?(?<banner>[^",\x00]*) ) )?
        (?: (?= [^\x00]*? system="(?<os>[^"\x00/]*[^"\x00]*) ) )?
        (?(<banner>) | (?: (?= [^\x00]*? system="(?<bare_system>[^"\x00]+) ) )? )
        (?: (?= [^\x00]*? processor="(?<info>[^"\x00]*) ) )? ]],
    },
    describe = { banner = meaning, bare_system = host },
  },

  -- A client's packet of version 4 with nothing but the time it was sent.
  probe { send = hex "23 00 06 20" .. string.rep("\0", 36) .. hex "E9 00 00 00 00 00 00 01" },

  example {
    client = "\x23\0\6\0" .. string.rep("\0", 36) .. "\xDB\xAC\xA3\xE8\x11\x22\x33\x44",
    server = "\x24\2\6\xE9\0\0\1\0\0\0\2\0\xC0\0\2\1" .. string.rep("\xDB\xAC\xA3\xE8\x11\x22\x33\x44", 4),
  },
  example { client = "\x1B" .. string.rep("\0", 47) },
  -- A broadcast.
  example { client = "\x25\2\6\xE9\0\0\1\0\0\0\2\0\xC0\0\2\1\xDB\xAC\xA3\xE8\x11\x22\x33\x44"
    .. string.rep("\0", 16) .. "\xDB\xAC\xA4\x11\x11\x22\x33\x44" },
  -- The variables of the server itself are read.
  example { client = "\x16\2\0\1" .. string.rep("\0", 8),
    server = "\x16\x82\0\1\6\x15\0\0\0\0\0" .. string.char(#variables) .. variables },
  example { client = "\x17\0\3\1" .. string.rep("\0", 188) },
  -- The monitor list is asked for, with room for a key and a digest.
  example { client = "\x17\0\3\x2A" .. string.rep("\0", 212) },
  example { server = "\xD7\0\3\x2A\0\6\0\x48" .. string.rep("\1", 432) },
  counterexample { client = "\x23\0\6\0\1\2\3" },
  -- A length of 51 and of 52 bytes, little end first.
  counterexample { client = "\x33\0\0\0" .. string.rep("\xA5\x17\x3C", 16),
    server = "\x34\0\0\0" .. string.rep("\x5A\xC2\x99", 16) },
  counterexample { client = "\x63\x40\x60\x80" .. string.rep("\xA5", 44) },
}
