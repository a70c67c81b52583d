-- ONC RPC calls of program 100003 (000186A3), versions 2 to 4 (RFC 1813, RFC 7530; RFC 5531 section 9 for the
-- frame).  Over TCP a record mark of four bytes comes first.  A reply does not name its program, so the
-- client's side is needed.
local call  = bytes "?? ?? ?? ?? 00 00 00 00 00 00 00 02 00 01 86 A3 00 00 00 0? 00 00 00 ?? 00"
-- Not that the program is unknown: accept state 1, behind an empty verifier.
local reply_start = all { bytes "?? ?? ?? ?? 00 00 00 01 00 00 00 0?",
  none { at(16, bytes "00 00 00 00 00 00 00 01") } }

protocol "nfs" {
  title     = "Network File System",
  reference = "RFC 1813, RFC 7530, RFC 5531 section 9",
  category  = "file-transfer",
  also      = { "rpc-nfs" },
  ports     = { "2049/tcp", "2049/udp" },

  udp { client = call, server = reply_start, alone = "client" },
  tcp { client = all { bytes "80 ?? ?? ??", at(4, call) }, server = all { bytes "80 ?? ?? ??",
    at(4, reply_start) },
    alone = "client" },

  example {
    client = hex "11 22 33 44 00 00 00 00 00 00 00 02 00 01 86 A3 00 00 00 03 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
    server = hex "11 22 33 44 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00", transport = "udp",
  },
  -- Procedure 0, which does nothing, after a record mark of 40 bytes.
  example {
    client = hex "80 00 00 28 11 22 33 44 00 00 00 00 00 00 00 02 00 01 86 A3 00 00 00 03 \z
      00 00 00 00" .. string.rep("\0", 16),
    server = hex "80 00 00 18 11 22 33 44 00 00 00 01" .. string.rep("\0", 16), transport = "tcp",
  },
  -- Another program's server does not know it.
  counterexample {
    client = hex "80 00 00 28 11 22 33 44 00 00 00 00 00 00 00 02 00 01 86 A3 00 00 00 03 \z
      00 00 00 00" .. string.rep("\0", 16),
    server = hex "80 00 00 18 11 22 33 44 00 00 00 01" .. string.rep("\0", 15) .. "\1", transport = "tcp",
  },
  counterexample {
    client = hex "80 00 00 28 11 22 33 44 00 00 00 00 00 00 00 02 00 01 86 A3 00 00 00 03 \z
      00 00 00 00" .. string.rep("\0", 16), server = "\5\xFF", transport = "tcp",
  },
  counterexample {
    client = hex "11 22 33 44 00 00 00 00 00 00 00 02 00 01 86 A0 00 00 00 02 00 00 00 03 00 00 00 00",
    transport = "udp" },
}
