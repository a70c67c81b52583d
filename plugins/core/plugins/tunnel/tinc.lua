-- Both begin with request 0: their name and the protocol's version, 17 or 17.minor (tinc manual,
-- authentication protocol).
local id = matches [[^0 [A-Za-z0-9_]{1,60} 17(?:\.\d{1,2})?\n]]

protocol "tinc" {
  title     = "tinc VPN",
  reference = "tinc manual: authentication protocol",
  category  = "tunnel",
  ports     = { "655/tcp" },

  tcp { either = id, alone = { "client", "server" } },

  fields {
    server = [[^0 (?<hostname>\w+) (?<protocol_version>17(?:\.\d+)?)\n]],
    client = [[^0 (?<hostname>\w+) (?<protocol_version>17(?:\.\d+)?)\n]],
  },

  example { client = "0 alpha 17.7\n1 94 64 0 0 ABCD\n", server = "0 beta 17.7\n" },
  counterexample { client = "0 alpha 18\n" },
}
