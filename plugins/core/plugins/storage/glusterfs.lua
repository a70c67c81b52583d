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
  -- Joined inside an answer, which may hold anything but the beginning of another program's, or a greeting: file
  -- operations are on what a server gave before.
  tcp { client = all { bytes "80 ?? ?? ??", call, at(16, bytes "00 13 D0 05 ?? ?? ?? ?? 00 00 00 [01-40]") },
    fallback = true, server = all { length(32, 2048), none { bytes "[20-7E] [20-7E] [20-7E] [20-7E]",
      bytes "80 ?? ?? ?? ?? ?? ?? ?? 00 00 00 01" } } },

  example {
    client = hex "80 00 00 40 00 00 00 01 00 00 00 00 00 00 00 02 07 5B B8 6D 00 00 00 01 00 00 00 01 00 00 00 00",
    server = hex "80 00 00 60 00 00 00 01 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
  },
  example { client = hex "80 00 00 40 00 00 00 01 00 00 00 00 00 00 00 02 07 5B B8 6D 00 00 00 01" },
  -- A read (procedure 12) and the rest of what came.
  example {
    client = hex "80 00 00 40 00 00 00 07 00 00 00 00 00 00 00 02 00 13 D0 05 00 00 01 4A 00 00 00 0C 00 00 00 00",
    server = string.rep("\xA5\x5A", 20),
  },
  counterexample {
    client = hex "80 00 00 40 00 00 00 01 00 00 00 00 00 00 00 02 07 5B B8 6D 00 00 00 01 00 00 00 01 00 00 00 00",
    server = hex "80 00 00 18 00 00 00 01 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01",
  },
  counterexample {
    client = hex "80 00 00 28 00 00 00 01 00 00 00 00 00 00 00 02 00 01 86 A3 00 00 00 03 00 00 00 00" },
}
