-- Lines of name=value, the first "TiVoConnect="; by broadcast, and over TCP after a length of four bytes
-- (TiVo Connect Automatic Machine Discovery Protocol 1.5.1).
protocol "tivoconnect" {
  title     = "TiVo Connect discovery",
  reference = "TiVo Connect Automatic Machine Discovery Protocol Specification 1.5.1",
  category  = "file-transfer",
  ports     = { "2190/udp", "2190/tcp" },

  udp { either = starts_nocase "TiVoConnect=", alone = { "client", "server" } },
  tcp { either = all { bytes "00 00 0? ??", at(4, starts_nocase "TiVoConnect=") },
    alone = { "client", "server" } },

  fields { client = {
    [[(?im)^TiVoConnect=(?<protocol_version>\d+)]], [[(?im)^machine=(?<hostname>[^\n]+)]],
    [[(?im)^platform=(?<software>[^\n]+)]],
  } },

  example {
    client = "TiVoConnect=1\nswversion=1.0\nmethod=broadcast\nmachine=den\nplatform=tcd/Series3\n",
    transport = "udp" },
  example { client = "\0\0\0\x0ETiVoConnect=1\n", server = "\0\0\0\x0ETiVoConnect=1\n" },
  counterexample { client = "TiVo=1\n", transport = "udp" },
}
