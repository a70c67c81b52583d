-- Announcements of sessions to a group: version 1 and flags (10 for IPv6, 04 for the end of a session), the length
-- of the authentication, a hash, who says it (4 or 16 bytes), perhaps the type of what follows and zero, then SDP
-- or, at the end of a session, its line o= (RFC 2974 sections 3 to 6).
local announced = any { starts "application/sdp\0", starts "v=0\r\n", starts "o=" }

protocol "sap" {
  title     = "Session Announcement Protocol",
  reference = "RFC 2974 section 6",
  category  = "media",
  ports     = { "9875/udp" },

  -- Neither authenticated, encrypted nor compressed.
  udp { client = any {
      all { bytes "[20,24] 00 ?? ?? ?? ?? ?? ??", at(8, announced) },
      all { bytes "[30,34] 00 ?? ?? ?? ?? ?? ??", at(20, announced) },
    }, alone = "client" },

  fields { client = [[(?m)^s=(?<info>[^\r\n]{1,100})]] },

  example { client = hex "20 00 12 34 C0 00 02 01"
    .. "application/sdp\0v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=News\r\n", transport = "udp" },
  example { client = hex "30 00 12 34 20 01 0D B8 00 00 00 00 00 00 00 00 00 00 00 01"
    .. "v=0\r\no=- 1 1 IN IP6 2001:db8::1\r\n", transport = "udp" },
  example { client = hex "24 00 12 34 C0 00 02 01" .. "o=- 1 1 IN IP4 192.0.2.1\r\n", transport = "udp" },
  counterexample { client = hex "40 00 12 34 C0 00 02 01" .. "application/sdp\0v=0\r\n", transport = "udp" },
  counterexample { client = hex "20 00 12 34 C0 00 02 01" .. "application/pdf\0", transport = "udp" },
}
