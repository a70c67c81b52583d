-- Both sides open with their version, "RFB xxx.yyy" and a line feed (RFC 6143 section 7.1.1).
local version = matches [[^RFB \d{3}\.\d{3}\n]]
-- What a server goes on with: a count and as many security types, or up to 3.3 one type of four bytes
-- (sections 7.1.2 and A.1).  A viewer chooses one type, and behind 1, for none, goes on with whether it shares
-- the screen, mostly 1: from the list 01 01 that differs by the server's result behind it, which is no message
-- with the depth of colours (sections 7.1.3, 7.3.1 and 7.5.1).
--
-- The types are those of the registry (IANA, RFB), and above Apple's those of UltraVNC and RealVNC.  A viewer that
-- chose 2 answers a challenge with 16 bytes of any value, and then shares the screen: of other lengths is a list
-- of two, alone, before a challenge, or before a result.
local others = "24,68-69,70-75,80-86,C0]"
local lists = { bytes "00 00 00 [00-02]", bytes("01 [02-" .. others) }
for count = 2, 16 do
  lists[count + 1] = bytes(string.format("%02X", count) .. string.rep(" [01-" .. others, count))
end
lists[3] = all { lists[3], any { length(3), length(19), length(23), at(3, bytes "00") } }
local security = any(lists)
local without_security = matches [[^\x01\x01\x00{4}(?:\z|[^\x08\x10\x20])]]

protocol "vnc" {
  title     = "Virtual Network Computing (RFB)",
  reference = "RFC 6143 section 7.1.1",
  category  = "remote-access",
  also      = { "rfb" },
  ports     = { "5900-5910/tcp" },
  alternates = { "5800/tcp", "5911-5999/tcp" },

  tcp { client = starts "RFB ", server = version, alone = { "client", "server" } },
  -- A server that names itself, whatever was said to it; a viewer, too, names itself to one that offers its
  -- security types.
  tcp { client = none { security, bytes "01 01" }, server = version },
  -- Joined behind the server's version.
  tcp { client = version, server = any { security, without_security } },

  fields { server = [[^(?<banner>RFB (?<protocol_version>\d{3}\.\d{3}))]] },

  probe { after = "server", send = "RFB 003.008\n" },

  example { client = "RFB 003.008\n", server = "RFB 003.008\n" },
  example { server = "RFB 003.003\n" },
  example { client = "GET / HTTP/1.0\r\n\r\n", server = "RFB 003.008\n" },
  example { client = "RFB 003.008\n\1\1", server = hex "03 13 01 02 00 00 00 00" },
  example { client = "RFB 003.008\n\1", server = hex "02 01 71 00 00 00 00" },
  example { client = "RFB 003.008\n\2",
    server = hex "02 02 71 05 8E 11 C4 30 7A 96 E2 5B 0F D8 43 21 B7 6C 9A" },
  -- As TigerVNC, UltraVNC, RealVNC and macOS may offer them.
  example { client = "RFB 003.008\n", server = hex "04 13 82 06 02" },
  example { client = "RFB 003.008\n", server = hex "02 11 71" },
  example { client = "RFB 005.000\n", server = hex "04 0D 81 85 05" },
  example { client = "RFB 003.889\n", server = hex "04 1E 21 24 23" },
  example { client = "RFB 003.008\n", server = hex "01 74" },
  example { client = "RFB 003.003\n\1", server = hex "00 00 00 01" },
  example { client = "RFB 003.008\n\1\1", server = hex "01 01 00 00 00 00 04 00 03 00" },
  -- A viewer's choice, and its answer to the challenge; or that it shares the screen, and its colours.
  example { client = hex "02 05 8E 11 C4 30 7A 96 E2 5B 0F D8 43 21 B7 6C 9A", server = "RFB 003.008\n" },
  counterexample { client = "RFB 003.008\n",
    server = hex "02 05 8E 11 C4 30 7A 96 E2 5B 0F D8 43 21 B7 6C 9A" },
  counterexample { client = "RFB 003.008\n",
    server = hex "02 05 81 11 C4 30 7A 96 E2 5B 0F D8 43 21 B7 6C 9A" },
  counterexample { client = "RFB 003.008\n", server = hex "01 01" },
  counterexample { client = "RFB 003.008\n", server = hex "01 01 00 00 00 00 20 18 00 01" },
  counterexample { server = "RFB hello\n" },
  counterexample { client = hex "02 13 01", server = "RFB 003.008\n" },
  counterexample { client = "RFB 003.008\n", server = hex "00 00 00 03" },
}
