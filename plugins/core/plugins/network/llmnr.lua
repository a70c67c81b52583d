-- DNS messages among neighbours without a server (RFC 4795 section 2.1): one question, every flag zero (the
-- bit that means "recursion desired" in DNS is the tentative bit here), nothing else in a query but EDNS, and
-- names of a single label. A query for a reverse name cannot be told from an iterative DNS query; it counts as
-- DNS. When a root server is asked for a top-level domain, only its answer tells: a referral, or no such name.

-- One label; asked are addresses or anything, class Internet.  NS and DS of a top-level domain would be DNS.
local function name(...)
  return at(12, seq { counted(1, 1, 63), bytes "00 00 [01,1C,FF] 00 01", ... })
end
local query = any { all { bytes "?? ?? 00 00 00 01 00 00 00 00 00 00", name(ends()) },
  all { bytes "?? ?? 00 00 00 01 00 00 00 00 00 01", name() } }
-- No such record: an SOA says so (section 2.9).
local answer = any { all { bytes "?? ?? [80,84] 0? 00 01 00 ?? 00 00", name() },
  all { bytes "?? ?? [80,84] 00 00 01 00 00 00", name(labels(), bytes "00 06 00 01") } }

protocol "llmnr" {
  title     = "Link-Local Multicast Name Resolution",
  reference = "RFC 4795 section 2.1",
  category  = "network",
  ports     = { "5355/udp", "5355/tcp" },

  udp { client = query, server = answer, alone = { "client", "server" } },
  tcp { client = at(2, query), server = at(2, answer), alone = { "client", "server" } },

  example { client = "\x12\x34\0\0\0\1\0\0\0\0\0\0\4desk\0\0\1\0\1", transport = "udp" },
  example { client = "\0\22\x12\x34\0\0\0\1\0\0\0\0\0\0\4desk\0\0\1\0\1", transport = "tcp" },
  example { client = "\x12\x34\0\0\0\1\0\0\0\0\0\0\4desk\0\0\1\0\1",
    server = "\x12\x34\x80\0\0\1\0\1\0\0\0\0\4desk\0\0\1\0\1\xC0\x0C\0\1\0\1\0\0\0\x1E\0\4\xC0\0\2\1",
    transport = "udp" },
  example { client = "\x12\x34\0\0\0\1\0\0\0\0\0\0\4desk\0\0\x1C\0\1",
    server = "\x12\x34\x80\0\0\1\0\0\0\1\0\0\4desk\0\0\x1C\0\1\xC0\x0C\0\6\0\1\0\0\0\x1E\0\x1D"
      .. "\xC0\x0C\4root\xC0\x0C" .. hex "00 00 00 01 00 00 00 01 00 00 00 01 00 00 00 01 00 00 00 01",
    transport = "udp" },
  -- The name stands there in full, or it is the root's SOA; with more besides, and with EDNS.
  example { client = "\x12\x34\0\0\0\1\0\0\0\0\0\0\4desk\0\0\x1C\0\1",
    server = "\x12\x34\x84\0\0\1\0\0\0\1\0\0\4desk\0\0\x1C\0\1\4desk\0\0\6\0\1\0\0\0\x1E\0\x1D"
      .. "\xC0\x0C\4root\xC0\x0C" .. hex "00 00 00 01 00 00 00 01 00 00 00 01 00 00 00 01 00 00 00 01",
    transport = "udp" },
  example { client = "\x12\x34\0\0\0\1\0\0\0\0\0\0\4desk\0\0\x1C\0\1",
    server = "\x12\x34\x80\0\0\1\0\0\0\1\0\0\4desk\0\0\x1C\0\1\0\0\6\0\1\0\0\0\x1E\0\x16\0\0"
      .. hex "00 00 00 01 00 00 00 01 00 00 00 01 00 00 00 01 00 00 00 01", transport = "udp" },
  example { client = "\x12\x34\0\0\0\1\0\0\0\0\0\0\4desk\0\0\1\0\1",
    server = "\x12\x34\x80\0\0\1\0\1\0\0\0\1\4desk\0\0\1\0\1\xC0\x0C\0\1\0\1\0\0\0\x1E\0\4\xC0\0\2\1"
      .. "\xC0\x0C\0\x1C\0\1\0\0\0\x1E\0\x10" .. hex "20 01 0D B8 00 00 00 00 00 00 00 00 00 00 00 01",
    transport = "udp" },
  example {
    server = "\x12\x34\x80\0\0\1\0\1\0\0\0\1\4desk\0\0\1\0\1\xC0\x0C\0\1\0\1\0\0\0\x1E\0\4\xC0\0\2\1"
      .. "\xC0\x0C\0\x1C\0\1\0\0\0\x1E\0\x10" .. hex "20 01 0D B8 00 00 00 00 00 00 00 00 00 00 00 01",
    transport = "udp" },
  example { client = "\x12\x34\0\0\0\1\0\0\0\0\0\1\4desk\0\0\1\0\1" .. hex "00 00 29 04 D0 00 00 00 00 00 00",
    transport = "udp" },
  example { client = "\x12\x34\0\0\0\1\0\0\0\0\0\1\4desk\0\0\1\0\1" .. hex "00 00 29 04 D0 00 00 00 00 00 00",
    server = "\x12\x34\x80\0\0\1\0\1\0\0\0\1\4desk\0\0\1\0\1\xC0\x0C\0\1\0\1\0\0\0\x1E\0\4\xC0\0\2\1"
      .. hex "00 00 29 04 D0 00 00 00 00 00 00", transport = "udp" },
  counterexample { client = "\x12\x34\1\0\0\1\0\0\0\0\0\0\4desk\0\0\1\0\1", transport = "udp" },
  -- A root server refers to those of the domain.
  counterexample { client = hex "12 34 00 00 00 01 00 00 00 00 00 01 03" .. "com" .. hex "00 00 01 00 01 \z
      00 00 29 04 D0 00 00 80 00 00 00",
    server = hex "12 34 80 00 00 01 00 00 00 01 00 00 03" .. "com" .. hex "00 00 01 00 01 \z
      C0 0C 00 02 00 01 00 02 A3 00 00 04 01" .. "a" .. hex "C0 0C", transport = "udp" },
  counterexample { server = hex "12 34 80 00 00 01 00 00 00 01 00 00 03" .. "com" .. hex "00 00 01 00 01 \z
      C0 0C 00 02 00 01 00 02 A3 00 00 04 01" .. "a" .. hex "C0 0C", transport = "udp" },
  counterexample { client = "\x12\x34\0\0\0\1\0\0\0\0\0\0\3www\7example\3org\0\0\1\0\1", transport = "udp" },
}
