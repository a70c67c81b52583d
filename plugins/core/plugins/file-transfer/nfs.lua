-- ONC RPC calls of program 100003 (000186A3), versions 2 to 4 (RFC 1813, RFC 7530; RFC 5531 section 9 for the
-- frame).  Over TCP a record mark of four bytes comes first.  A reply does not name its program, so the
-- client's side is needed.
local call  = bytes "?? ?? ?? ?? 00 00 00 00 00 00 00 02 00 01 86 A3 00 00 00 0? 00 00 00 ?? 00"
-- Not that the program is unknown: accept state 1, behind an empty verifier.
local reply_start = all { bytes "?? ?? ?? ?? 00 00 00 01 00 00 00 0?",
  none { at(16, bytes "00 00 00 00 00 00 00 01") } }
-- Scanners call procedure 0; the others, nearly all, are on what a server gave before.
local working = bytes "?? ?? ?? ?? 00 00 00 00 00 00 00 02 00 01 86 A3 00 00 00 0? 00 00 00 [01-15]"

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
  -- Joined inside an answer, which may hold anything but the beginning of another program's, or a greeting.
  tcp { client = all { bytes "80 ?? ?? ??", at(4, working) }, fallback = true,
    server = all { length(32, 2048), none { bytes "[20-7E] [20-7E] [20-7E] [20-7E]",
      bytes "80 ?? ?? ?? ?? ?? ?? ?? 00 00 00 01" } } },

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
  -- READ (procedure 6) of 32 KB; the server is heard from the middle of its answers on, in a file.
  example {
    client = hex "80 00 00 40 11 22 33 45 00 00 00 00 00 00 00 02 00 01 86 A3 00 00 00 03 \z
      00 00 00 06" .. string.rep("\0", 16) .. hex "00 00 00 08 01 00 07 00 02 00 00 00 \z
      00 00 00 00 00 01 00 00 00 00 80 00",
    server = "\xFF\xD8\xFF\xE0\0\x10JFIF\0\1\1" .. string.rep("\x5A", 40), transport = "tcp",
  },
  -- Another program's server does not know it.
  counterexample {
    client = hex "80 00 00 28 11 22 33 44 00 00 00 00 00 00 00 02 00 01 86 A3 00 00 00 03 \z
      00 00 00 00" .. string.rep("\0", 16),
    server = hex "80 00 00 18 11 22 33 44 00 00 00 01" .. string.rep("\0", 15) .. "\1", transport = "tcp",
  },
  counterexample {
    client = hex "80 00 00 40 11 22 33 45 00 00 00 00 00 00 00 02 00 01 86 A3 00 00 00 03 \z
      00 00 00 06" .. string.rep("\0", 16),
    server = hex "80 00 00 18 11 22 33 45 00 00 00 01" .. string.rep("\0", 15) .. "\1" .. string.rep("\0", 8),
    transport = "tcp",
  },
  counterexample {
    client = hex "80 00 00 28 11 22 33 44 00 00 00 00 00 00 00 02 00 01 86 A3 00 00 00 03 \z
      00 00 00 00" .. string.rep("\0", 16), server = "\5\xFF", transport = "tcp",
  },
  counterexample {
    client = hex "11 22 33 44 00 00 00 00 00 00 00 02 00 01 86 A0 00 00 00 02 00 00 00 03 00 00 00 00",
    transport = "udp" },
}
