-- "BJNP" (or "MFNP"), a device type (1 printer, 2 scanner; top bit in answers), a command, ... (Canon;
-- observed, not published).
local header = any { bytes "42 4A 4E 50 0? ??", bytes "42 4A 4E 50 8? ??", bytes "4D 46 4E 50 0? ??",
  bytes "4D 46 4E 50 8? ??" }

protocol "bjnp" {
  title     = "Canon BJNP",
  reference = "SANE pixma backend documentation",
  category  = "management",
  ports     = { "8610-8614/udp", "8610-8614/tcp" },

  udp { either = all { header, length(16, 65507) }, alone = { "client", "server" } },
  tcp { either = header, alone = { "client", "server" } },

  example { client = "BJNP\1\1\0\0\0\1\0\0\0\0\0\0", transport = "udp" },
  -- Data is read from a scanner: the answer holds eight bytes.
  example { client = "BJNP\2\x20\0\0\0\3\0\1\0\0\0\0",
    server = "BJNP\x82\x20\0\0\0\3\0\1\0\0\0\8\6\6\0\0\0\0\0\0", transport = "tcp" },
  counterexample { client = "BJNP", transport = "udp" },
}
