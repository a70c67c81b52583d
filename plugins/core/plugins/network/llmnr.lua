-- DNS messages among neighbours without a server (RFC 4795 section 2.1): one question, every flag zero (the bit that means
-- "recursion desired" in DNS is the tentative bit here), nothing else in a query, and names of a single label.
-- A query for a reverse name cannot be told from an iterative DNS query; it counts as DNS.

local function message(v, base, is_reply)
  local flags, answers, authorities, additions = v:u16(base + 2), v:u16(base + 6), v:u16(base + 8), v:u16(base + 10)
  if not additions then return false end
  if flags & 0x78F0 ~= 0 or (flags & 0x8000 ~= 0) ~= is_reply then return false end
  if not is_reply and (flags ~= 0 or answers + authorities + additions > 1) then return false end
  local label = v:u8(base + 12)
  if not label or label == 0 or label > 63 then return false end
  if v:u8(base + 13 + label) ~= 0 then return false end          -- the name ends after one label
  local kind, class = v:u16(base + 14 + label), v:u16(base + 16 + label)
  -- Addresses, any; class Internet.  NS and DS of a top-level domain would be DNS.
  if class ~= 1 or not (kind == 1 or kind == 28 or kind == 255) then return false end
  return is_reply or additions > 0 or v:size() <= base + 18 + label
end

local function datagrams(m)
  return (not m.client or message(m.client, 0, false)) and (not m.server or message(m.server, 0, true))
end

local function stream(m)
  return (not m.client or message(m.client, 2, false)) and (not m.server or message(m.server, 2, true))
end

local query = bytes "?? ?? 00 00 00 01 00 00 00 00 00 0?"
local answer = any { bytes "?? ?? 80 00 00 01 00", bytes "?? ?? 84 00 00 01 00" }

protocol "llmnr" {
  title     = "Link-Local Multicast Name Resolution",
  reference = "RFC 4795 section 2.1",
  category  = "network",
  ports     = { "5355/udp", "5355/tcp" },

  udp { client = query, server = answer, alone = { "client", "server" }, check = datagrams },
  tcp { client = at(2, query), server = at(2, answer), alone = { "client", "server" }, check = stream },

  example { client = "\x12\x34\0\0\0\1\0\0\0\0\0\0\4desk\0\0\1\0\1", transport = "udp" },
  example { client = "\0\22\x12\x34\0\0\0\1\0\0\0\0\0\0\4desk\0\0\1\0\1", transport = "tcp" },
  counterexample { client = "\x12\x34\1\0\0\1\0\0\0\0\0\0\4desk\0\0\1\0\1", transport = "udp" },
  counterexample { client = "\x12\x34\0\0\0\1\0\0\0\0\0\0\3www\7example\3org\0\0\1\0\1", transport = "udp" },
}
