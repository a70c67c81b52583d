-- ONC RPC over TCP with programs of its own: dump 123451501, handshake 14398633, port map 34123456,
-- management 1238433 and 1238463, file operations 1298437 (GlusterFS source,
-- rpc/rpc-lib/src/protocol-common.h; RFC 5531 for the frame).
local call = at(8, bytes "00 00 00 00 00 00 00 02")
local programs = any {
  at(16, bytes "07 5B B8 6D"), at(16, bytes "00 DB B4 A9"), at(16, bytes "02 08 AE C0"),
  at(16, bytes "00 12 E5 A1"),
  at(16, bytes "00 12 E5 BF"), at(16, bytes "00 13 D0 05"), at(16, bytes "00 13 D0 01"),
}

protocol "glusterfs" {
  title     = "GlusterFS",
  reference = "GlusterFS source, protocol-common.h; RFC 5531",
  category  = "storage",
  ports     = { "24007/tcp", "49152-49251/tcp" },
  alternates = { "24008/tcp" },

  -- A reply, but not that the program is unknown (accept state 1, behind an empty verifier).
  tcp { client = all { bytes "80 ?? ?? ??", call, programs },
    server = all { bytes "80 ?? ?? ?? ?? ?? ?? ?? 00 00 00 01 00 00 00 0?",
      none { at(20, bytes "00 00 00 00 00 00 00 01") } }, alone = "client" },

  example {
    client = hex "80 00 00 40 00 00 00 01 00 00 00 00 00 00 00 02 07 5B B8 6D 00 00 00 01 00 00 00 01 00 00 00 00",
    server = hex "80 00 00 60 00 00 00 01 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
  },
  example { client = hex "80 00 00 40 00 00 00 01 00 00 00 00 00 00 00 02 07 5B B8 6D 00 00 00 01" },
  counterexample {
    client = hex "80 00 00 40 00 00 00 01 00 00 00 00 00 00 00 02 07 5B B8 6D 00 00 00 01 00 00 00 01 00 00 00 00",
    server = hex "80 00 00 18 00 00 00 01 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01",
  },
  counterexample {
    client = hex "80 00 00 28 00 00 00 01 00 00 00 00 00 00 00 02 00 01 86 A3 00 00 00 03 00 00 00 00" },
}
