-- A header of six 16-bit words, then the question: a name, a type, a class (RFC 1035 section 4.1).  Over TCP two bytes of
-- length come first (section 4.2.2).

-- The offset after the name at `at`, how many labels it has, and where its last label begins.  Labels are at most 63 bytes;
-- a name in a question is never compressed in practice, but may be.
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

-- NetBIOS names (RFC 1002) are one label of 32 letters, asked for with types 32 (NB) and 33 (NBSTAT).
-- mDNS (RFC 6762) asks for names in .local without recursion; LLMNR (RFC 4795) asks for single-label names with all flags
-- zero.  All have the form of DNS: where the header cannot tell them apart, these names do.  What stays ambiguous: an LLMNR
-- query for a reverse name looks exactly like an iterative DNS query; it counts as DNS.
local function is_cousin(v, base, flags, labels, last, kind)
  if (kind == 32 or kind == 33) and v:u8(base + 12) == 32 and v:u8(base + 45) == 0 then return true end
  if flags & 0x0100 ~= 0 then return false end                   -- recursion desired: only DNS
  if v:u16(base) == 0 and (flags == 0 or flags == 0x8400) then return true end
  if last and v:starts(last, "\5local") then return true end
  return flags & 0x7FFF == 0 and labels == 1 and (kind == 1 or kind == 28 or kind == 255)
end

-- Whether a message begins at `base`: a query, or a reply.
local function message(v, base, is_reply)
  local flags, questions, answers, authorities, additions = v:u16(base + 2), v:u16(base + 4), v:u16(base + 6),
    v:u16(base + 8), v:u16(base + 10)
  if not additions then return false end
  if (flags & 0x8000 ~= 0) ~= is_reply then return false end
  local opcode = flags >> 11 & 15
  if opcode == 3 or opcode > 5 then return false end             -- query, inverse query, status, notify, update
  if questions ~= 1 or authorities > 200 or additions > 200 or answers > 400 then return false end
  if not is_reply then
    if flags & 0x0F ~= 0 or flags & 0x0080 ~= 0 then return false end              -- no result, no "recursion available"
    if opcode == 0 and (answers > 0 or authorities > 0 or additions > 4) then return false end
  end
  local after, labels, last = name(v, base + 12)
  if not after then return false end
  local kind, class = v:u16(after), v:u16(after + 2)
  if not class then return false end
  if kind == 0 or not (class == 1 or class == 3 or class == 4 or class == 254 or class == 255) then return false end
  if is_cousin(v, base, flags, labels, last, kind) then return false end
  -- Nothing may follow the question when nothing else is announced.
  local empty = answers == 0 and authorities == 0 and additions == 0
  return not empty or v:size() <= after + 4 + (base > 0 and 4096 or 0)
end

local function datagrams(m)
  return (not m.client or message(m.client, 0, false)) and (not m.server or message(m.server, 0, true))
end

local function stream(m)
  if m.client then
    local length = m.client:u16(0)
    if length < 17 then return false end
    if m.client:size() < 2 + length and m.client:size() < 300 then return more end
    if not message(m.client, 2, false) then return false end
  end
  if m.server then
    local length = m.server:u16(0)
    if length < 12 then return false end
    if m.server:size() < 2 + length and m.server:size() < 300 then return more end
    return message(m.server, 2, true)
  end
  return true
end

-- Queries carry one question; the four counts stand at 4, 6, 8 and 10.  Notify and update may carry more.
local query = any { bytes "?? ?? 0? ?? 00 01 00 00 00 00 00 0?", bytes "?? ?? 2? ?? 00 01 00" }
local answer = any { bytes "?? ?? 8? ?? 00 01 0?", bytes "?? ?? A? ?? 00 01 0?" }

protocol "dns" {
  title     = "Domain Name System",
  reference = "RFC 1035 section 4.1, RFC 6891",
  category  = "network",
  ports     = { "53/udp", "53/tcp" },
  alternates = { "5353/udp", "5300/udp", "5300/tcp", "8053/udp" },

  -- The everyday case needs no second look: one question with recursion desired, which the cousins never ask for, and an
  -- answer that repeats it. A first label of 32 bytes could be a NetBIOS name.
  udp {
    client = all { bytes "?? ?? 01 [00-20] 00 01 00 00 00 00 00 [00-01]", at(12, bytes "[01-1F]") },
    server = all { any { bytes "?? ?? 81 ?? 00 01 0?", bytes "?? ?? 85 ?? 00 01 0?" }, at(12, bytes "[01-1F]") },
  },
  udp { client = query, server = answer, alone = { "client", "server" }, check = datagrams },
  tcp { client = at(2, query), server = at(2, answer), alone = { "client", "server" }, check = stream },

  example {
    client = "\x12\x34\x01\0\0\1\0\0\0\0\0\0\3www\7example\3org\0\0\1\0\1",
    server = "\x12\x34\x81\x80\0\1\0\1\0\0\0\0\3www\7example\3org\0\0\1\0\1\xC0\x0C\0\1\0\1\0\0\0\60\0\4\xC0\0\2\1",
    transport = "udp",
  },
  example { client = "\0\29\x12\x34\x01\0\0\1\0\0\0\0\0\0\3www\7example\3org\0\0\1\0\1", transport = "tcp" },
  example { client = "\0\1\x01\0\0\1\0\0\0\0\0\0\0\0\2\0\1", transport = "udp" },
  counterexample { client = "\x12\x34\0\0\0\1\0\0\0\0\0\0\4desk\0\0\1\0\1", transport = "udp" },
  counterexample { client = "\0\0\0\0\0\1\0\0\0\0\0\0\4desk\5local\0\0\1\0\1", transport = "udp" },
  counterexample { client = "\x12\x34\x01\0\0\1\0\0\0\0\0\0\3www\7example\3org\0\0\1\0\9", transport = "udp" },
  counterexample { client = "\x12\x34\x01\0\0\1\0\0\0\0\0\0\x70www", transport = "udp" },
}
