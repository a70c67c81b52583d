-- A version (0 to 2), a type, a session, a length: the router asks for everything (2) or for news (1); the
-- cache answers (3) and sends prefixes (4, 6), or has to be asked anew (8), or an error (10) (RFC 8210
-- section 5).
protocol "rpki-rtr" {
  title     = "RPKI to router (RPKI-RTR)",
  reference = "RFC 8210 section 5, RFC 6810",
  category  = "network",
  ports     = { "323/tcp" },
  alternates = { "3323/tcp", "8282/tcp", "8323/tcp" },

  tcp { client = any { bytes "[00-02] 02 00 00 00 00 00 08", bytes "[00-02] 01 ?? ?? 00 00 00 0C" },
        server = any { bytes "[00-02] 03 ?? ?? 00 00 00 08", bytes "[00-02] 08 00 00 00 00 00 08",
          bytes "[00-02] 0A 00 ?? 00 00 0?", bytes "[00-02] 00 ?? ?? 00 00 00 0C" } },
  tcp { server = any { bytes "[00-02] 03 ?? ?? 00 00 00 08 [00-02] 04 00 00 00 00 00 14",
    bytes "[00-02] 03 ?? ?? 00 00 00 08 [00-02] 06 00 00 00 00 00 20" }, alone = "server" },

  example { client = hex "01 02 00 00 00 00 00 08", server = hex "01 03 12 34 00 00 00 08" },
  example { server = hex "01 03 12 34 00 00 00 08 01 04 00 00 00 00 00 14"
    .. hex "01 18 18 00 C0 00 02 00 00 00 FC 00" },
  counterexample { client = hex "01 02 00 00 00 00 00 08", server = hex "01 04 12 34 00 00 00 14" },
}
