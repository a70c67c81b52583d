-- ONC RPC calls of program 100003 (000186A3), versions 2 to 4 (RFC 1813, RFC 7530; RFC 5531 section 9 for the
-- frame).  Over TCP a record mark of four bytes comes first.  A reply does not name its program, so the
-- client's side is needed.
local call  = bytes "?? ?? ?? ?? 00 00 00 00 00 00 00 02 00 01 86 A3 00 00 00 0? 00 00 00 ?? 00"
local reply_start = bytes "?? ?? ?? ?? 00 00 00 01 00 00 00 0?"

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
  -- Read data may fill the first bytes of either side; the call's header cannot be mistaken.
  tcp { client = all { bytes "80 ?? ?? ??", at(4, call) },
      server = none { bytes "[20-5A] [20-7E] [20-7E] [20-7E]" } },

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
      00 00 00 06" .. string.rep("\0", 16) .. hex "00 00 00 08 01 00 07 00 02 00 00 00"
      .. hex "00 00 00 00 00 01 00 00 00 00 80 00",
    server = hex "FF D8 FF E0 00 10" .. "JFIF" .. hex "00 01 01 00", transport = "tcp",
  },
  counterexample {
    client = hex "11 22 33 44 00 00 00 00 00 00 00 02 00 01 86 A0 00 00 00 02 00 00 00 03 00 00 00 00",
    transport = "udp" },
}
