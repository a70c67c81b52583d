-- Remote controls: XBMC, the protocol 2.0, a type, number and count of the parts, the length, a token, ten
-- zeros (Kodi EventServer).
protocol "kodi" {
  title     = "Kodi event server",
  reference = "Kodi wiki, EventServer; xbmcclient.py",
  category  = "media",
  ports     = { "9777/udp" },

  -- Hello 1, bye 2, buttons 3, mouse 4, ping 5, broadcast 6, notices 7 ..., debug FF.
  udp { client = bytes "58 42 4D 43 02 00 00 ??", alone = "client" },

  example { client = "XBMC\2\0\0\1\0\0\0\1\0\0\0\1\0\5\1\2\3\4" .. string.rep("\0", 10) .. "demo\0",
    transport = "udp" },
  counterexample { client = "XBMC\3\0\0\1", transport = "udp" },
}
