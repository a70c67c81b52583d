-- Both sides open a link with "REDQ", a version (2.2, little-endian) and a size (SPICE protocol, section
-- "Link").
local link = any { bytes "52 45 44 51 02 00 00 00", bytes "52 45 44 51 01 00 00 00" }

protocol "spice" {
  title     = "SPICE remote display",
  reference = "SPICE remote computing protocol definition 1.0, link messages",
  category  = "remote-access",
  -- Each virtual machine gets a port; there is no registered one.
  dynamic   = true,

  tcp { either = link, alone = { "client", "server" } },

  example { client = hex "52 45 44 51 02 00 00 00 02 00 00 00 1A 00 00 00",
    server = hex "52 45 44 51 02 00 00 00 02 00 00 00 CA 00 00 00" },
  counterexample { client = "REDQUEEN", server = "RFB 003.008\n" },
}
