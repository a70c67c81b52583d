-- The logon: 00, a version, a length, "WoW" and a zero, then the client's build; the world: both sides say a
-- whole sentence, or, before 2010, the server sends its challenge, 01EC, and the client its session, 01ED
-- (TrinityCore and CMaNGOS, open source servers).
protocol "worldofwarcraft" {
  title     = "World of Warcraft",
  reference = "TrinityCore: AuthSession.cpp, WorldSocket.cpp",
  category  = "gaming",
  ports     = { "3724/tcp", "8085/tcp" },

  tcp { client = bytes "00 [02-08] ?? 00 57 6F 57 00", server = bytes "00 00", alone = "client" },
  tcp { client = any { at(2, starts "WORLD OF WARCRAFT CONNECTION - CLIENT"),
      starts "WORLD OF WARCRAFT CONNECTION - CLIENT" },
    server = any { at(2, starts "WORLD OF WARCRAFT CONNECTION - SERVER"),
      starts "WORLD OF WARCRAFT CONNECTION - SERVER" },
    alone = { "client", "server" } },
  tcp { server = any { bytes "00 2A EC 01 01 00 00 00", bytes "00 06 EC 01" },
    client = bytes "0? ?? ED 01 00 00" },

  fields { client = function(m)
    local v = m.client
    if not v or not v:starts(4, "WoW\0") or not v:u8(10) then return {} end
    return { version = string.format("%d.%d.%d", v:u8(8), v:u8(9), v:u8(10)) }
  end },

  example { client = "\0\8\x24\0WoW\0\3\3\5\x34\x3068x\0niW\0SUne\0\0\0\0\x7F\0\0\1\2ME",
    server = "\0\0\0" .. string.rep("\xA5", 32) },
  example { client = "\x30\0WORLD OF WARCRAFT CONNECTION - CLIENT TO SERVER\0",
    server = "\x30\0WORLD OF WARCRAFT CONNECTION - SERVER TO CLIENT\0" },
  example { client = "\x30\0WORLD OF WARCRAFT CONNECTION - CLIENT TO SERVER\0" },
  example { client = "\1\x0B\xED\1\0\0\x34\x30\0\0", server = "\0\x2A\xEC\1\1\0\0\0\xA5\xA5\xA5\xA5" },
  counterexample { client = "\0\8\x24\0WOW\0\3\3\5" },
}
