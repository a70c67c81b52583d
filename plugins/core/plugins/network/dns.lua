-- A header of six 16-bit words, then the question: a name, a type, a class (RFC 1035 section 4.1).  Over TCP
-- two bytes of length come first (section 4.2.2).

-- The offset after the name at `at`, how many labels it has, and where its last label begins.  Labels are at
-- most 63 bytes; a name in a question is never compressed in practice, but may be.
local function name(v, at)
  local labels, last = 0, nil
  while labels < 40 do
    local length = v:u8(at)
    if not length then return nil end
    if length == 0 then return at + 1, labels, last end
    if length >= 0xC0 then return at + 2, labels, last end
    if length > 63 then return nil end
    last, labels, at = at, labels + 1, at + 1 + length
  end
end

-- Whether neighbours answer so: with or without records, and if without, perhaps with the SOA that says so
-- (RFC 4795 section 2.9). Servers refer to others, or know that there is no such name.
local function is_neighbours(v, base)
  local flags, answers, authorities = v:u16(base + 2), v:u16(base + 6), v:u16(base + 8)
  if not authorities or flags & 0xFBF0 ~= 0x8000 then return false end
  if authorities == 0 then return true end
  local after = name(v, base + 12)
  local owner = after and name(v, after + 4)
  return owner ~= nil and answers == 0 and flags & 0x0F == 0 and v:u16(owner) == 6
end

-- NetBIOS names (RFC 1002) are one label of 32 letters, asked for with types 32 (NB) and 33 (NBSTAT). mDNS
-- (RFC 6762) asks for names in .local without recursion; LLMNR (RFC 4795) asks for single-label names with
-- all flags zero.  All have the form of DNS: where the header cannot tell them apart, these names do.  What
-- stays ambiguous: an LLMNR query for a reverse name looks exactly like an iterative DNS query; it counts as
-- DNS. A query for one label may go to a root server as well: there the answer tells.
local function is_cousin(v, base, flags, labels, last, kind, answer)
  if (kind == 32 or kind == 33) and v:u8(base + 12) == 32 and v:u8(base + 45) == 0 then return true end
  if flags & 0x0100 ~= 0 then return false end                   -- recursion desired: only DNS
  -- Updates, notices and transfers of zones are DNS's alone, whatever the name; and so are referrals and EDNS
  -- about names in .local.
  if flags & 0x7800 ~= 0 or kind == 251 or kind == 252 then return false end
  if v:u16(base) == 0 and (flags == 0 or flags == 0x8400) then return true end
  if labels == 1 and (kind == 1 or kind == 28 or kind == 255) then
    if flags & 0x8000 ~= 0 then return is_neighbours(v, base) end
    if answer and answer:u16(base) == v:u16(base) then return flags == 0 and is_neighbours(answer, base) end
    return flags == 0
  end
  if v:u16(base) ~= 0 and (v:u16(base + 8) > 0 or v:u16(base + 10) > 0) then return false end
  return last ~= nil and v:starts(last, "\5local")
end

-- Whether a message begins at `base`: a query, or a reply. What answers a query of DNS is no cousin; a query
-- may be one by its answer.
local function message(v, base, is_reply, other)
  local flags, questions, answers, authorities, additions = v:u16(base + 2), v:u16(base + 4), v:u16(base + 6),
    v:u16(base + 8), v:u16(base + 10)
  if not additions then return false end
  if (flags & 0x8000 ~= 0) ~= is_reply then return false end
  local opcode = flags >> 11 & 15
  -- query, inverse query, status, notify, update
  if opcode == 3 or opcode > 5 then return false end
  if questions ~= 1 or authorities > 200 or additions > 200 or answers > 400 then return false end
  if not is_reply then
    -- no result, no "recursion available"
    if flags & 0x0F ~= 0 or flags & 0x0080 ~= 0 then return false end
    if opcode == 0 and (answers > 0 or authorities > 0 or additions > 4) then return false end
  end
  local after, labels, last = name(v, base + 12)
  if not after then return false end
  local kind, class = v:u16(after), v:u16(after + 2)
  if not class then return false end
  if kind == 0 or not (class == 1 or class == 3 or class == 4 or class == 254
    or class == 255) then return false end
  local is_answer = is_reply and other ~= nil
  if not is_answer and is_cousin(v, base, flags, labels, last, kind, other) then return false end
  -- Nothing may follow the question when nothing else is announced.
  local empty = answers == 0 and authorities == 0 and additions == 0
  return not empty or v:size() <= after + 4 + (base > 0 and 4096 or 0)
end

local function datagrams(m)
  return (not m.client or message(m.client, 0, false, m.server))
    and (not m.server or message(m.server, 0, true, m.client))
end

-- A question out of the ordinary (more than one, or with answers in it), but the answer to it is in order.
local function answered(m)
  return m.client:u16(0) == m.server:u16(0) and message(m.server, 0, true)
end

local function several(m)
  local v, at = m.client, 12
  if m.server and m.server:u16(0) ~= v:u16(0) or v:u16(0) == 0 then return false end
  for _ = 1, v:u16(4) do
    local after, _, last = name(v, at)
    local kind, class = after and v:u16(after), after and v:u16(after + 2)
    if not class or kind == 0 or class ~= 1 or last and v:starts(last, "\5local") then return false end
    at = after + 4
  end
  return at == v:size() or v:u16(10) > 0 and v:u8(at) == 0
end

local function stream(m)
  if m.client then
    local length = m.client:u16(0)
    if length < 17 then return false end
    if m.client:size() < 2 + length and m.client:size() < 300 then return more end
    if not message(m.client, 2, false, m.server) then return false end
  end
  if m.server then
    local length = m.server:u16(0)
    if length < 12 then return false end
    if m.server:size() < 2 + length and m.server:size() < 300 then return more end
    return message(m.server, 2, true, m.client)
  end
  return true
end

-- Queries carry one question; the four counts stand at 4, 6, 8 and 10.  Notify and update may carry more.
local query = any { bytes "?? ?? 0? ?? 00 01 00 00 00 00 00 0?", bytes "?? ?? 2? ?? 00 01 00" }
local answer = any { bytes "?? ?? 8? ?? 00 01 0?", bytes "?? ?? A? ?? 00 01 0?" }

local named = seq { labels(), bytes "?? ?? 00 [01,03,04,FE,FF]" }

-- The everyday case needs no second look: one question with recursion desired, which the cousins never ask
-- for, nothing behind it but an EDNS record, and an answer that repeats it.  A first label of 32 bytes could
-- be a NetBIOS name.
local question = seq { labels(), bytes "[00-01] ?? 00 [01,03,04]" }
local everyday_query = all {
  bytes "?? ?? 01 [00-30] 00 01 00 00 00 00 00 [00-01] [01-1F]",
  any { at(12, question), at(12, seq { labels(), bytes "00 [FB-FF] 00 01" }) },
  any { at(11, bytes "01"), at(12, seq { labels(), bytes "?? ?? ?? ??", ends() }) },
}
-- Servers ask each other without recursion, as the cousins do; but these have no number (mDNS) or names of
-- one label (LLMNR), or end in .local.
local numbered = any { bytes "[01-FF]", bytes "?? [01-FF]" }
local labelled = all { at(12, seq { counted(1, 1, 31), bytes "[01-3F]" }), none { contains "\5local\0" } }
local iterative_query = all {
  bytes "?? ?? 00 [00,10] 00 01 00 00 00 00 00 [00-01] [01-1F]", numbered, labelled, at(12, question),
  any { at(11, bytes "01"), at(12, seq { labels(), bytes "?? ?? ?? ??", ends() }) },
}
local iterative_answer = all {
  bytes "?? ?? [80,84] ?? 00 01 0? ?? 00 ?? 00 ?? [01-1F]", numbered, labelled, at(12, question),
}
-- Errors and nothing else, not even the question, but perhaps EDNS (RFC 9619, RFC 6891 section 7).
local bare_error = any {
  all { bytes "?? ?? [80-87] [01-05,11-15,81-85,91-95] 00 00 00 00 00 00 00 00", length(12) },
  bytes "?? ?? [80-87] [01-05,11-15,81-85,91-95] 00 00 00 00 00 00 00 01 00 00 29",
}
local bare_stream_error = any {
  bytes "00 0C ?? ?? [80-87] [01-05,11-15,81-85,91-95] 00 00 00 00 00 00 00 00",
  bytes "00 ?? ?? ?? [80-87] [01-05,11-15,81-85,91-95] 00 00 00 00 00 00 00 01 00 00 29",
}
local everyday_answer = all { bytes "?? ?? [81,85] ?? 00 01 0? ?? ?? ?? ?? ?? [01-1F]", at(12, question) }
-- What servers answer for version.bind and its kin, class CHAOS (RFC 4892): words by which they are known.
local servers = {
  { "dnsmasq", "Dnsmasq", "Thekelleys" }, { "PowerDNS Recursor", "PowerDNS Recursor", "PowerDNS" },
  { "PowerDNS Auth", "PowerDNS Authoritative Server", "PowerDNS" }, { "PowerDNS", "PowerDNS", "PowerDNS" },
  { "unbound", "Unbound", "NLnet Labs" }, { "Unbound", "Unbound", "NLnet Labs" },
  { "POWERDNS", "PowerDNS", "PowerDNS" }, { "rbldnsd", "rbldnsd", "Michael Tokarev" },
  { "YADIFA", "YADIFA", "EURid" }, { "Simple DNS Plus", "Simple DNS Plus", "JH Software" },
  { "Infoblox", "Infoblox", "Infoblox" }, { "QuickDNS", "QuickDNS", "Men and Mice" },
  { "Incognito", "DNS Commander", "Incognito" }, { "incognito", "DNS Commander", "Incognito" },
  { "Vantio CacheServe", "Nominum Vantio CacheServe", "Nominum" }, { "Vantio", "Nominum Vantio", "Nominum" },
  { "Nominum ANS", "Nominum ANS", "Nominum" }, { "tinydns", "djbdns tinydns", "D J Bernstein" },
  { "Meta IP", "Meta IP", "Check Point" }, { "NSD", "NSD", "NLnet Labs" },
  { "Knot Resolver", "Knot Resolver", "cz.nic" }, { "Knot", "Knot DNS", "cz.nic" },
  { "Microsoft DNS", "Microsoft DNS", "Microsoft", "Windows" },
  { "Nominum", "Nominum CacheServe", "Nominum" }, { "DjbDNS", "djbdns", "D J Bernstein" },
  { "djbdns", "djbdns", "D J Bernstein" },
  { "DJBDNS", "djbdns", "D J Bernstein" }, { "ZyWALL", "ZyWALL DNS", "Zyxel" },
  { "DNSServer", "Synology DNS Server", "Synology" }, { "CoreDNS", "CoreDNS", "CoreDNS" },
  { "dnsdist", "dnsdist", "PowerDNS" }, { "gdnsd", "gdnsd", "gdnsd" }, { "MaraDNS", "MaraDNS", "MaraDNS" },
  { "Technitium", "Technitium DNS Server", "Technitium" }, { "bind", "BIND", "ISC" },
  { "BIND", "BIND", "ISC" },
}
local systems = { "Ubuntu", "ubuntu", "Raspbian", "Debian", "RedHat", "FreeBSD", "SUSE", "+deb" }
local readable = { ubuntu = "Ubuntu", ["+deb"] = "Debian" }

-- The number from `at` on: figures, dots, and what belongs to a release (P1, ESV, R7, rc1, alpha2).
local function release(text, at)
  local from
  for i = at, #text do
    local c = string.byte(text, i)
    if c >= 48 and c <= 57 then from = i break end
  end
  if not from then return nil end
  local stop, part = from, from
  while true do
    local c = string.byte(text, stop)
    if not c or c <= 32 or c == 45 or c == 43 or c == 126 or c == 40 or c == 41 or c == 44 then
      local word = string.sub(text, part, stop - 1)
      local first, second = string.byte(word, 1, 2)
      local belongs = part == from or word == "ESV" or word == "S" or word == "W" or word == "dev"
        or word == "REL"
        or string.sub(word, 1, 3) == "rpz" or string.sub(word, 1, 2) == "rl"
        or string.sub(word, 1, 4) == "beta" or string.sub(word, 1, 5) == "alpha" or string.sub(word, 1,
          2) == "rc"
        or second and second < 58 and (first == 80 or first == 82 or first == 83
          or first == 87)   -- P1, R7, S3, W2
      if not belongs then return string.sub(text, from, part - 2) end
      if c ~= 45 then return string.sub(text, from, stop - 1) end
      part = stop + 1
    end
    stop = stop + 1
  end
end

local find = string.find

local function meaning(text)
  text = string.sub(text, 1, 160)
  local result, start = {}, nil
  for _, server in ipairs(servers) do
    local at = find(text, server[1])
    if at then
      result.product, result.vendor, result.os = server[2], server[3], server[4]
      start = at + #server[1]
      break
    end
  end
  local first, second = string.byte(text, 1, 2)
  -- BIND says only its number, 4. to 9.
  if not start and first >= 52 and first <= 57 and second == 46 then
    result.product, result.vendor, start = "BIND", "ISC", 1
  end
  if start then result.version = release(text, start) end
  -- Name 1.2, Name v1.2, Name-v1.2: any other server that says its name and number.
  if not start and (first or 0) >= 65 then
    for i = 2, #text - 2 do
      local c, after, next = string.byte(text, i, i + 2)
      if c == 47 then break end
      if (c == 32 or c == 45) and (after >= 48 and after <= 57 or (after == 118 or after == 86)
        and next >= 48 and next <= 57) then
        local from = (after == 118 or after == 86) and i + 2 or i + 1
        local stop, dots = from, 0
        while true do
          local d = string.byte(text, stop)
          if not (d and (d >= 48 and d <= 57 or d == 46 or d >= 97 and d <= 122 or d == 95)) then break end
          if d == 46 then dots = dots + 1 end
          stop = stop + 1
        end
        if dots > 0 and dots < 4 then
          result.product, result.version = string.sub(text, 1, i - 1), string.sub(text, from, stop - 1)
        end
        break
      end
    end
  end
  for _, system in ipairs(systems) do
    if find(text, system) then result.os = readable[system] or system break end
  end
  return result
end

-- For an example: the SOA of the zone that is asked about.
local soa = "\xC0\x0C\0\6\0\1\0\0\x0E\x10\0\x21\2ns\xC0\x0C\5admin\xC0\x0C"
  .. hex "78 A3 F1 41 00 00 1C 20 00 00 0E 10 00 12 75 00 00 00 0E 10"

protocol "dns" {
  title     = "Domain Name System",
  reference = "RFC 1035 section 4.1, RFC 6891",
  category  = "network",
  also      = { "domain" },
  ports     = { "53/udp", "53/tcp" },
  alternates = { "5353/udp", "5300/udp", "5300/tcp", "8053/udp" },

  udp { client = everyday_query, server = everyday_answer, alone = { "client", "server" } },
  udp { client = all { query, at(12, named) }, server = all { answer, at(12, named) },
    alone = { "client", "server" },
        check = datagrams },
  udp { client = bytes "?? ?? [00-01] [00-20] 00 0? 00 0? 00 0? 00 0?",
    server = answer, check = answered },
  -- Several questions, each of them in order.
  udp { client = all { bytes "?? ?? [00-01] [00,20] 00 [02-20] 00 00 00 00 00 [00-01] [01-3F]",
    at(12, seq { labels(), bytes "?? ?? 00 01", labels(),
      bytes "?? ?? 00 01" }) }, server = bytes "?? ?? 8? ?? 00 ??", alone = "client", check = several },
  tcp { client = all { bytes "[00-02]", at(2, query), at(14, named) },
        server = all { bytes "[00-3F]", at(2, answer), at(14, named) }, alone = { "client", "server" },
        check = stream },
  udp { client = iterative_query, server = iterative_answer, alone = { "client", "server" } },
  udp { client = any { everyday_query, iterative_query }, server = bare_error,
    check = function(m) return m.client:u16(0) == m.server:u16(0) end },
  tcp { client = all { bytes "[00-02]", at(2, query), at(14, named) }, server = bare_stream_error,
    check = function(m) return m.client:u16(2) == m.server:u16(2) and message(m.client, 2, false) end },

  -- The answer to version.bind, hostname.bind or id.server: the name, TXT, class CHAOS, and one string of
  -- text.
  fields {
    server = [[(?isx) ^ .{12} (?:..)? (?: (\x07version) | \x08hostname | \x02id )
      [\x04\x06] (?:bind|server|pdns) \x00
      \x00\x10 \x00\x03  (?: \xC0\x0C | [\x02-\x08] [^\x00]{1,20} \x00 )  \x00\x10 \x00\x03 .{7}
      (?: (?(1) (?<banner>[\x20-\x7E]+) | (?<hostname>[\x20-\x7E]+) ) ) ]],
    describe = { banner = meaning },
  },

  -- Who are you: version.bind, TXT, class CHAOS.
  probe { transport = "udp", send = hex "4F 50 01 00 00 01 00 00 00 00 00 00 07" .. "version" .. hex "04" .. "bind" .. hex "00 00 10 00 03" },
  probe { transport = "tcp", send = hex "00 1E 4F 50 01 00 00 01 00 00 00 00 00 00 07" .. "version" .. hex "04" .. "bind" .. hex "00 00 10 00 03" },

  example {
    client = "\x12\x34\x01\0\0\1\0\0\0\0\0\0\3www\7example\3org\0\0\1\0\1",
    server = "\x12\x34\x81\x80\0\1\0\1\0\0\0\0\3www\7example\3org\0\0\1\0\1\xC0\x0C\0\1\0\1\0\0\0\60\0\4\xC0\0\2\1",
    transport = "udp",
  },
  example { client = "\0\29\x12\x34\x01\0\0\1\0\0\0\0\0\0\3www\7example\3org\0\0\1\0\1", transport = "tcp" },
  example { client = "\0\1\x01\0\0\1\0\0\0\0\0\0\0\0\2\0\1", transport = "udp" },
  example { client = "\x12\x34\1\0\0\2\0\0\0\0\0\0\1a\0\0\1\0\1\1b\0\0\1\0\1",
    server = "\x12\x34\x81\x80\0\1\0\0\0\0\0\0\1a\0\0\1\0\1", transport = "udp" },
  example { client = "\x12\x34\1\0\0\2\0\0\0\0\0\0" .. string.rep("\7example\3com\0\0\1\0\1", 2),
    transport = "udp" },
  -- From server to server: where is it?
  example {
    client = "\x12\x34\0\0\0\1\0\0\0\0\0\0\3www\7example\3org\0\0\1\0\1",
    server = "\x12\x34\x80\0\0\1\0\0\0\1\0\0\3www\7example\3org\0\0\1\0\1"
      .. "\xC0\x10\0\2\0\1\0\0\x0E\x10\0\5\2ns\xC0\x10",
    transport = "udp",
  },
  -- What has changed in the zone since this SOA (RFC 1995): nothing.
  example {
    client = "\x12\x34\0\0\0\1\0\0\0\1\0\0\7example\3org\0\0\xFB\0\1" .. soa,
    server = "\x12\x34\x84\0\0\1\0\1\0\0\0\0\7example\3org\0\0\xFB\0\1" .. soa,
    transport = "udp",
  },
  example {
    client = "\x12\x34\0\0\0\1\0\0\0\1\0\0\4corp\5local\0\0\xFB\0\1" .. soa,
    server = "\x12\x34\x84\0\0\1\0\1\0\0\0\0\4corp\5local\0\0\xFB\0\1" .. soa,
    transport = "udp",
  },
  example {
    client = "\x12\x34\1\0\0\1\0\0\0\0\0\0\7version\4bind\0\0\x10\0\3",
    server = "\x12\x34\x85\0\0\1\0\1\0\0\0\0\7version\4bind\0\0\x10\0\3"
      .. "\xC0\x0C\0\x10\0\3\0\0\0\0\0\x11\x109.18.24-1-Debian",
    transport = "udp",
  },
  -- A root server is asked for a top-level domain alone (RFC 9156), and refers to its servers.
  example { client = hex "12 34 00 00 00 01 00 00 00 00 00 01 03" .. "com" .. hex "00 00 01 00 01 \z
      00 00 29 04 D0 00 00 80 00 00 00",
    server = hex "12 34 80 00 00 01 00 00 00 01 00 00 03" .. "com" .. hex "00 00 01 00 01 \z
      C0 0C 00 02 00 01 00 02 A3 00 00 04 01" .. "a" .. hex "C0 0C", transport = "udp" },
  example { client = hex "12 34 00 00 00 01 00 00 00 00 00 00 03" .. "com" .. hex "00 00 01 00 01",
    server = hex "12 34 80 00 00 01 00 00 00 01 00 00 03" .. "com" .. hex "00 00 01 00 01 \z
      C0 0C 00 02 00 01 00 02 A3 00 00 04 01" .. "a" .. hex "C0 0C", transport = "udp" },
  example { client = hex "00 15 12 34 00 00 00 01 00 00 00 00 00 00 03" .. "com" .. hex "00 00 01 00 01",
    server = hex "00 24 12 34 80 00 00 01 00 00 00 01 00 00 03" .. "com" .. hex "00 00 01 00 01 \z
      C0 0C 00 02 00 01 00 02 A3 00 00 04 01" .. "a" .. hex "C0 0C", transport = "tcp" },
  -- There is no such domain.
  example { client = hex "00 15 12 34 00 00 00 01 00 00 00 00 00 00 03" .. "foo" .. hex "00 00 01 00 01",
    server = hex "00 36 12 34 84 03 00 01 00 00 00 01 00 00 03" .. "foo" .. hex "00 00 01 00 01 \z
      00 00 06 00 01 00 01 51 80 00 16 00 00 00 00 00 01 00 00 00 01 00 00 00 01 00 00 00 01 00 00 00 01",
    transport = "tcp" },
  example { client = hex "12 34 00 00 00 01 00 00 00 00 00 01 03" .. "foo" .. hex "00 00 01 00 01 \z
      00 00 29 04 D0 00 00 80 00 00 00",
    server = hex "12 34 84 03 00 01 00 00 00 01 00 00 03" .. "foo" .. hex "00 00 01 00 01 \z
      00 00 06 00 01 00 01 51 80 00 16 00 00 00 00 00 01 00 00 00 01 00 00 00 01 00 00 00 01 00 00 00 01",
    transport = "udp" },
  -- A zone in .local: updated, announced, transferred and asked for.
  example { client = hex "43 21 28 00 00 01 00 00 00 01 00 00" .. "\4corp\5local" .. hex "00 00 06 00 01 \z
      03" .. "pc1" .. hex "C0 0C 00 01 00 01 00 00 04 B0 00 04 C0 00 02 09",
    server = hex "43 21 A8 00 00 01 00 00 00 01 00 00" .. "\4corp\5local" .. hex "00 00 06 00 01 \z
      03" .. "pc1" .. hex "C0 0C 00 01 00 01 00 00 04 B0 00 04 C0 00 02 09", transport = "udp" },
  example { client = hex "43 21 24 00 00 01 00 00 00 00 00 00" .. "\4corp\5local" .. hex "00 00 06 00 01",
    server = hex "43 21 A4 00 00 01 00 00 00 00 00 00" .. "\4corp\5local" .. hex "00 00 06 00 01",
    transport = "udp" },
  example { client = hex "00 1C 43 21 00 00 00 01 00 00 00 00 00 00" .. "\4corp\5local" .. hex "00 00 FC 00 01",
    transport = "tcp" },
  example { client = hex "43 21 00 00 00 01 00 00 00 00 00 01" .. "\3dc1\4corp\5local" .. hex "00 00 01 00 01 \z
      00 00 29 04 D0 00 00 80 00 00 00",
    server = hex "43 21 84 00 00 01 00 01 00 00 00 00" .. "\3dc1\4corp\5local" .. hex "00 00 01 00 01 \z
      C0 0C 00 01 00 01 00 00 0E 10 00 04 C0 00 02 01", transport = "udp" },
  example {
    client = hex "00 2B 43 21 00 00 00 01 00 00 00 00 00 01" .. "\3dc1\4corp\5local" .. hex "00 00 01 00 01 \z
      00 00 29 04 D0 00 00 80 00 00 00",
    server = hex "00 30 43 21 84 00 00 01 00 01 00 00 00 00" .. "\3dc1\4corp\5local" .. hex "00 00 01 00 01 \z
      C0 0C 00 01 00 01 00 00 0E 10 00 04 C0 00 02 01", transport = "tcp" },
  -- Not understood, so without the question.
  example { client = hex "12 34 01 00 00 01 00 00 00 00 00 00" .. "\3www\7example\3org" .. hex "00 00 01 00 01",
    server = hex "12 34 81 01 00 00 00 00 00 00 00 00", transport = "udp" },
  example { client = hex "12 34 00 00 00 01 00 00 00 00 00 01" .. "\3www\7example\3org" .. hex "00 00 01 00 01 \z
      00 00 29 04 D0 00 00 80 00 00 00",
    server = hex "12 34 80 01 00 00 00 00 00 00 00 01 00 00 29 04 D0 00 00 00 00 00 00", transport = "udp" },
  example { client = hex "00 21 12 34 01 00 00 01 00 00 00 00 00 00" .. "\3www\7example\3org" .. hex "00 00 01 00 01",
    server = hex "00 0C 12 34 81 01 00 00 00 00 00 00 00 00", transport = "tcp" },
  counterexample {
    client = hex "00 21 12 34 01 00 00 01 00 00 00 00 00 00" .. "\3www\7example\3org" .. hex "00 00 01 00 01",
    server = hex "00 0C 12 35 81 01 00 00 00 00 00 00 00 00", transport = "tcp" },
  counterexample {
    client = hex "12 34 01 00 00 01 00 00 00 00 00 00" .. "\3www\7example\3org" .. hex "00 00 01 00 01",
    server = hex "12 35 81 01 00 00 00 00 00 00 00 00", transport = "udp" },
  counterexample { client = "\x12\x34\1\0\0\3\0\0\0\0\0\0" .. string.rep("\7example\3com\0\0\1\0\1", 2),
    transport = "udp" },
  counterexample { client = "\x12\x34\1\0\0\2\0\0\0\0\0\0\1a\0\0\1\0\1\1b\0\0\1\0\1",
    server = "\x12\x35\x81\x80\0\1\0\0\0\0\0\0\1a\0\0\1\0\1", transport = "udp" },
  counterexample { client = "\x12\x34\0\0\0\1\0\0\0\0\0\0\4desk\0\0\1\0\1", transport = "udp" },
  counterexample { client = "\0\0\0\0\0\1\0\0\0\0\0\0\4desk\5local\0\0\1\0\1", transport = "udp" },
  counterexample { client = "\x12\x34\x01\0\0\1\0\0\0\0\0\0\3www\7example\3org\0\0\1\0\9",
    transport = "udp" },
  counterexample { client = "\x12\x34\x01\0\0\1\0\0\0\0\0\0\x70www", transport = "udp" },
}
