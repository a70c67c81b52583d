-- DNS messages among neighbours (RFC 6762 section 18): the id is zero (but see below), recursion is never desired, names end
-- in .local or are reverse names, and replies carry no question.

-- The offset after the name at `at`, and where its last label begins.
local function name(v, at)
  local last
  for _ = 1, 40 do
    local length = v:u8(at)
    if not length then return nil end
    if length == 0 then return at + 1, last end
    if length >= 0xC0 then return at + 2, last end
    if length > 63 then return nil end
    last, at = at, at + 1 + length
  end
end

local function message(v)
  local id, flags, questions, answers = v:u16(0), v:u16(2), v:u16(4), v:u16(6)
  if not answers or v:size() < 17 then return false end
  if flags & 0x79F0 ~= 0 then return false end                   -- opcode 0; only QR, AA and TC are used
  if questions + answers == 0 or questions > 100 or answers > 200 then return false end
  local after, last = name(v, 12)
  if not after or not last then return false end
  local class = v:u16(after + 2)
  -- top bit: answer me alone; forget the old one
  if not class or (class & 0x7FFF ~= 1 and class & 0x7FFF ~= 255) then return false end
  -- Legacy queriers use an id (section 6.7); then only the name tells.
  if v:starts(last, "\5local") then return true end
  return id == 0 and v:starts(last, "\4arpa")
end

local function check(m)
  return (not m.client or message(m.client)) and (not m.server or message(m.server))
end

local message_start = any { bytes "?? ?? 00 00 00 ?? 00 ??", bytes "?? ?? 02 00 00 ?? 00 ??",
  bytes "?? ?? 84 00 00 ?? 00 ??", bytes "?? ?? 80 00 00 ?? 00 ??" }

protocol "mdns" {
  title     = "Multicast DNS",
  reference = "RFC 6762 section 18",
  category  = "network",
  ports     = { "5353/udp" },

  -- Id and flags as section 18 wants them and a name in .local need no second look.
  udp {
    either = all { any { bytes "00 00 00 00 00 ?? 00 ??", bytes "00 00 84 00 00 ?? 00 ??" }, contains "\5local\0" },
    alone = { "client", "server" },
  },
  udp { either = message_start, alone = { "client", "server" }, check = check },

  example { client = "\0\0\0\0\0\1\0\0\0\0\0\0\4_ipp\4_tcp\5local\0\0\12\128\1" },
  example { client = "\0\0\x84\0\0\0\0\1\0\0\0\0\4desk\5local\0\0\1\128\1\0\0\0\x78\0\4\xC0\0\2\1" },
  counterexample { client = "\0\0\1\0\0\1\0\0\0\0\0\0\4desk\5local\0\0\1\0\1" },
  counterexample { client = "\x12\x34\0\0\0\1\0\0\0\0\0\0\3www\7example\3org\0\0\1\0\1" },
}
