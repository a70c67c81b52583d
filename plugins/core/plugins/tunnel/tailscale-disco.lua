-- Nodes look for paths to each other with a word of six bytes, "TS" and a speech balloon, then a key and a
-- sealed box; what follows between them is WireGuard (Tailscale, disco package).
protocol "tailscale-disco" {
  title     = "Tailscale disco",
  reference = "Tailscale source: disco package",
  category  = "tunnel",
  ports     = { "41641/udp" },
  dynamic   = true,

  -- 6 + 32 + 24 bytes and at least the box's tag of 16.
  udp { either = all { bytes "54 53 F0 9F 92 AC", length(80, 1500) }, alone = { "client", "server" } },

  example { client = hex "54 53 F0 9F 92 AC" .. string.rep("\x5A", 90), transport = "udp" },
  counterexample { client = hex "54 53 F0 9F 92 AD" .. string.rep("\x5A", 90), transport = "udp" },
}
