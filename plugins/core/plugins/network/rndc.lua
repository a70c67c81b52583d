-- A length, version 1, then a table whose first entry is _auth, a table too (BIND 9 source, lib/isccc: cc.c).
local message = all { bytes "00 ?? ?? ?? 00 00 00 01 05", at(9, starts "_auth\2") }

-- The first answer only has a number to use, the second says what was asked.  This always holds, though not
-- before the version, 1 KB or the end, so that the fields find it.
local answered = any { contains "version: BIND ", none { contains "version: BIND " } }

protocol "rndc" {
  title     = "BIND control channel (rndc)",
  reference = "BIND 9 source, lib/isccc/cc.c; BIND 9 Administrator Reference Manual, rndc",
  category  = "network",
  ports     = { "953/tcp" },

  tcp { client = message, server = all { message, answered }, alone = { "client", "server" } },

  fields {
    server = [[version: (?<software>BIND) (?<version>\d+(?:\.\d+)+(?:-[PS]\d+)?)]],
    describe = { software = function() return { product = "BIND", vendor = "ISC" } end },
  },

  example { client = hex "00 00 00 D2 00 00 00 01 05" .. "_auth\2\0\0\0\x63\4hsha\1\0\0\0\x59\xA3",
    server = hex "00 00 01 00 00 00 00 01 05" .. "_auth\2\0\0\0\x63\4hsha\1\0\0\0\x59\xA3"
      .. hex "00 00 01 30 00 00 00 01 05" .. "_auth\2\0\0\0\x63\4text\1\0\0\0\x40\z
        version: BIND 9.18.28-1~deb12u2-Debian (Extended Support Version)" },
  counterexample { client = hex "00 00 00 D2 00 00 00 02 05" .. "_auth\2\0\0\0\x63" },
}
