-- DNS messages among neighbours without a server (RFC 4795 section 2.1): one question, every flag zero (the
-- bit that means "recursion desired" in DNS is the tentative bit here), nothing else in a query, and names of
-- a single label. A query for a reverse name cannot be told from an iterative DNS query; it counts as DNS.

-- One label; asked are addresses or anything, class Internet.  NS and DS of a top-level domain would be DNS.
local function name(...)
  return at(12, seq { counted(1, 1, 63), bytes "00 00 [01,1C,FF] 00 01", ... })
end
local query = any { all { bytes "?? ?? 00 00 00 01 00 00 00 00 00 00", name(ends()) },
  all { bytes "?? ?? 00 00 00 01 00 00 00 00 00 01", name() } }
local answer = all { bytes "?? ?? [80,84] 0? 00 01 00", name() }

protocol "llmnr" {
  title     = "Link-Local Multicast Name Resolution",
  reference = "RFC 4795 section 2.1",
  category  = "network",
  ports     = { "5355/udp", "5355/tcp" },

  udp { client = query, server = answer, alone = { "client", "server" } },
  tcp { client = at(2, query), server = at(2, answer), alone = { "client", "server" } },

  example { client = "\x12\x34\0\0\0\1\0\0\0\0\0\0\4desk\0\0\1\0\1", transport = "udp" },
  example { client = "\0\22\x12\x34\0\0\0\1\0\0\0\0\0\0\4desk\0\0\1\0\1", transport = "tcp" },
  counterexample { client = "\x12\x34\1\0\0\1\0\0\0\0\0\0\4desk\0\0\1\0\1", transport = "udp" },
  counterexample { client = "\x12\x34\0\0\0\1\0\0\0\0\0\0\3www\7example\3org\0\0\1\0\1", transport = "udp" },
}
