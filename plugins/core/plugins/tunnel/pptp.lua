-- Control messages: a length, type 1, the cookie 1A2B3C4D, a message (RFC 2637 section 2).
local message = bytes "00 ?? 00 01 1A 2B 3C 4D 00"

protocol "pptp" {
  title     = "Point-to-Point Tunneling Protocol",
  reference = "RFC 2637 section 2",
  category  = "tunnel",
  ports     = { "1723/tcp" },

  tcp { either = message, alone = { "client", "server" } },

  example { client = hex "00 9C 00 01 1A 2B 3C 4D 00 01 00 00 01 00",
    server = hex "00 9C 00 01 1A 2B 3C 4D 00 02 00 00 01 00" },
  counterexample { client = hex "00 9C 00 01 1A 2B 3C 4E 00 01" },
}
