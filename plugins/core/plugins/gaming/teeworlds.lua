-- Without a connection: a header, FFFFFFFF, then who asks for information (gie3) and the answer (inf3).  The header
-- is six bytes FF until 0.6, or 21 and two tokens of four bytes since 0.7 (Teeworlds source, network.h and
-- mastersrv.h).  DDNet asks with "xe", a token and two zeros instead, and answers iext.
local function said(word)
  return any {
    all { bytes "FF FF FF FF FF FF FF FF FF FF", at(10, starts(word)) },
    all { bytes "78 65 ?? ?? 00 00 FF FF FF FF", at(10, starts(word)) },
    all { bytes "21 ?? ?? ?? ?? ?? ?? ?? ?? FF FF FF FF", at(13, starts(word)) },
  }
end

protocol "teeworlds" {
  title     = "Teeworlds",
  reference = "Teeworlds source, engine/shared/network.h and mastersrv/mastersrv.h",
  category  = "gaming",
  ports     = { "8303/udp" },

  udp { client = said "gie3", server = any { said "inf3", said "iext" }, alone = { "client", "server" } },

  -- A token in figures, the version, the server's name.
  fields { server = [[(?s)^\xff{10}inf3\d*\x00(?<version>[\x20-\x7e]+)\x00(?<info>[\x20-\x7e]+)\x00]] },

  example { client = string.rep("\xFF", 10) .. "gie3\7", transport = "udp",
    server = string.rep("\xFF", 10) .. "inf37\0000.6.5\0Example\0dm1\0DM\0000\0000\0008\0000\0008\0" },
  example { client = "\x21\1\2\3\4\5\6\7\8\xFF\xFF\xFF\xFFgie3\1", transport = "udp" },
  example { client = "xe\1\2\0\0\xFF\xFF\xFF\xFFgie3\5", transport = "udp",
    server = string.rep("\xFF", 10) .. "iext66053\0000.6.4\0Example\0dm1\0" },
  counterexample { client = string.rep("\xFF", 4) .. "getinfo", transport = "udp" },
}
