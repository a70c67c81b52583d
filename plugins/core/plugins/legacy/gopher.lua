-- The client sends a selector and CR LF; a menu's lines are a type, a text, a selector, a host and a port,
-- with tabs between (RFC 1436 section 3.4).
local menu = matches [[^[0-9+gIThisdpM][^\t\r\n]{0,200}\t[^\t\r\n]{0,255}\t[^\t\r\n]{1,255}\t\d{1,5}(?:\t\+)?\r?\n]]

protocol "gopher" {
  title     = "Gopher",
  reference = "RFC 1436 section 3.4",
  category  = "legacy",
  ports     = { "70/tcp" },

  -- The root menu is asked for with an empty line; a selector of a menu often begins so.
  tcp { client = any { bytes "0D 0A", starts "/", starts "1/" }, server = menu },

  fields { server = [[^[^\t\r\n]*\t[^\t\r\n]*\t(?<hostname>[A-Za-z0-9.-]+)\t]] },

  example { client = "\r\n", server = "1About\t/about\tgopher.example.org\t70\r\n.\r\n" },
  example { client = "/docs\r\n", server = "iWelcome\tfake\t(NULL)\t0\r\n.\r\n" },
  counterexample { client = "\r\n", server = "1 one\t2 two\r\n" },
}
