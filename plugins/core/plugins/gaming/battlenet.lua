-- The client says 01 (game protocol), then FF, the message 50 and its length, a zero, the platform and the
-- product, both written backwards; the server answers with FF 25 (ping) or FF 50 (BNETDocs: SID_AUTH_INFO).
local info = any { bytes "01 FF 50 ?? ?? 00 00 00 00 36 38 58 49",
  bytes "01 FF 50 ?? ?? 00 00 00 00 43 41 4D 50",
  bytes "01 FF 50 ?? ?? 00 00 00 00 43 41 4D 58" }

protocol "battlenet" {
  title     = "Battle.net (classic)",
  reference = "BNETDocs, Battle.net chat protocol: SID_AUTH_INFO, SID_PING",
  category  = "gaming",
  ports     = { "6112/tcp" },
  alternates = { "6113-6119/tcp" },

  -- IX86, PMAC, XMAC.
  tcp { client = info, server = any { bytes "FF 25 08 00", bytes "FF 50 ?? ??" }, alone = "client" },

  example { client = "\1\xFF\x50\x3A\0\0\0\0\00068XIPX2D\x0E\0\0\0", server = "\xFF\x25\8\0\1\2\3\4" },
  counterexample { client = "\1\xFF\x51\x3A\0\0\0\0\00068XI" },
}
