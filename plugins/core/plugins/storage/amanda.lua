-- Every packet begins with a line: "Amanda", major.minor, a kind, a handle and a sequence number (Amanda
-- source, security layer).
local kinds = [[ (?:REQ|REP|PREP|ACK|NAK) HANDLE [0-9A-Za-z-]{1,40} SEQ \d{1,12}\n]]

protocol "amanda" {
  title     = "Amanda network backup",
  reference = "Amanda source, common-src/packet.c and common-src/amandad protocol",
  category  = "storage",
  ports     = { "10080/udp" },

  udp { either = matches([[^Amanda \d{1,2}\.\d{1,2}]] .. kinds), alone = { "client", "server" } },

  fields { client = [[^Amanda (?<protocol_version>[\d.]+)]],
    server = [[^Amanda (?<protocol_version>[\d.]+)]] },

  example { client = "Amanda 2.6 REQ HANDLE 000-00000000 SEQ 1234567890\nSERVICE noop\n",
    server = "Amanda 2.6 ACK HANDLE 000-00000000 SEQ 1234567890\n", transport = "udp" },
  counterexample { client = "Amanda says hello\n", transport = "udp" },
}
