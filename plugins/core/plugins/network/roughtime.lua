-- Messages of a count of tags, offsets and tags, little end first: a request holds NONC and fills 1024 bytes
-- with PAD, an answer SIG, PATH, SREP, CERT and INDX (Roughtime protocol).  Since the IETF's drafts
-- "ROUGHTIM" and a length stand before.
local framed = starts "ROUGHTIM"

protocol "roughtime" {
  title     = "Roughtime",
  reference = "draft-ietf-ntp-roughtime section 5, Roughtime protocol (Google)",
  category  = "network",
  ports     = { "2002/udp", "2002/tcp" },

  udp { either = framed, alone = { "client", "server" } },
  tcp { either = framed, alone = { "client", "server" } },
  -- Two tags: a nonce of 64 bytes, then padding.
  udp { client = bytes "02 00 00 00 40 00 00 00 4E 4F 4E 43 50 41 44 FF",
    server = any { bytes "05 00 00 00", bytes "04 00 00 00" }, alone = "client" },
  udp { server = all { bytes "05 00 00 00 40 00 00 00", at(20, starts "SIG\0PATHSREPCERTINDX") },
      alone = "server" },

  example { client = hex "52 4F 55 47 48 54 49 4D E4 03 00 00 04 00 00 00" },
  example { client = hex "02 00 00 00 40 00 00 00 4E 4F 4E 43 50 41 44 FF"
      .. string.rep("\xA5", 1008), transport = "udp" },
  example { server = hex "05 00 00 00 40 00 00 00 40 00 00 00 A4 00 00 00 3C 01 00 00"
      .. "SIG\0PATHSREPCERTINDX"
    .. string.rep("\xA5", 200), transport = "udp" },
  counterexample { client = hex "02 00 00 00 40 00 00 00 4E 4F 4E 43 50 41 44 00", transport = "udp" },
}
