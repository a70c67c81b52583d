-- The server speaks first and says its version; the client names a host (VTun, auth.c).
protocol "vtun" {
  title     = "VTun",
  reference = "VTun source: lib and auth, connection set-up",
  category  = "tunnel",
  shares    = { "5000/tcp" },

  tcp { server = starts "VTUN server ver ", alone = "server" },

  fields { server = [[^(?<banner>VTUN server ver (?<version>[\w.]+)[^\r\n\x00]*)]] },

  example { client = "HOST: office\n", server = "VTUN server ver 3.0 06/11/2024\n" },
  counterexample { server = "VPN server ready\n" },
}
