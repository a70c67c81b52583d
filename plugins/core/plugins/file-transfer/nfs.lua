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
  counterexample {
    client = hex "11 22 33 44 00 00 00 00 00 00 00 02 00 01 86 A0 00 00 00 02 00 00 00 03 00 00 00 00",
    transport = "udp" },
}
