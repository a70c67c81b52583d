-- Text: MEGACO or !, a slash and the version, then who speaks: an address in brackets, a name in angles, or
-- a device (RFC 3525 section B.2).  Binary: BER of MegacoMessage: a sequence, [1], version [0], then who
-- speaks [1] (section A.2).
local head = [=[^(?:MEGACO|!)/[1-4][ \t\r\n]+]=]
local who = matches(head .. [=[(?:\[[0-9A-Fa-f.:]{2,40}\]|<[^>\r\n]{1,64}>|[A-Za-z][\w@.*/$-]{0,63})]=])
local text = all { any { starts "!/", starts_nocase "MEGACO/" }, who }
local binary = any {
  bytes "30 ?? A1 ?? 80 01 [01-04] A1 ?? A?", bytes "30 ?? A1 ?? 80 01 [01-04] A1 ?? 8?",
  bytes "30 81 ?? A1 ?? 80 01 [01-04] A1", bytes "30 81 ?? A1 81 ?? 80 01 [01-04] A1",
  bytes "30 82 ?? ?? A1 82 ?? ?? 80 01 [01-04] A1", bytes "30 80 A1 80 80 01 [01-04] A1",
}

protocol "megaco" {
  title     = "Megaco (H.248)",
  reference = "RFC 3525 appendices A and B, ITU-T H.248.1",
  category  = "voice",
  ports     = { "2944/udp", "2944/tcp", "2944/sctp", "2945/udp", "2945/tcp", "2945/sctp" },

  udp { client = any { text, binary }, alone = "client" },
  udp { client = any { text, binary }, server = any { text, binary }, alone = "server" },
  -- Over TCP a TPKT header comes first (RFC 3525 section D.2).
  tcp { client = any { all { bytes "03 00", at(4, text) }, all { bytes "03 00", at(4, binary) } },
    server = bytes "03 00", alone = "client" },
  sctp { either = any { text, binary }, alone = { "client", "server" } },

  fields { client = [[^(?:MEGACO|!)/(?<protocol_version>[1-4])]] },

  example { client = "MEGACO/1 [192.0.2.9]:2944\nTransaction = 9998 { Context = - { ServiceChange = ROOT \z
    {} } }",
    server = "MEGACO/1 [192.0.2.1]:2944\nReply = 9998 { Context = - {} }", transport = "udp" },
  example { client = hex "30 1A A1 18 80 01 01 A1 08 A0 06 80 04 C0 00 02 01 A2 09", transport = "udp" },
  example { client = "\3\0\0\x28!/2 <gw.example.org> T=1{C=-{SC=ROOT{}}}", transport = "tcp" },
  example { client = "!/1 [192.0.2.9]:2944 T=7{C=-{SC=ROOT{SV{MT=RS,RE=\"901 Cold Boot\"}}}}",
    server = "!/1 [192.0.2.1]:2944 P=7{C=-{SC=ROOT}}", transport = "sctp" },
  counterexample { client = "MGCP/1 x", transport = "udp" },
  -- SNMP is a sequence too, but an INTEGER follows.
  counterexample { client = hex "30 26 02 01 00 04 06 70 75 62 6C 69 63 A0 19", transport = "udp" },
}
