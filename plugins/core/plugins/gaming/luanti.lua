-- Every datagram: a magic number, the sender's id (the server is 1, a new client 0), a channel from 0 to 2, a type
-- from 0 to 3 (Luanti documentation, "Network protocol").
protocol "luanti" {
  title     = "Luanti (Minetest)",
  reference = "Luanti documentation, network protocol: base packet",
  category  = "gaming",
  also      = { "minetest" },
  ports     = { "30000/udp" },

  udp { client = bytes "4F 45 74 03 ?? ?? [00-02] [00-03]", server = bytes "4F 45 74 03 00 01 [00-02] [00-03]",
    alone = { "client", "server" } },

  example { client = hex "4F 45 74 03 00 00 00 03 FF DC 01 00 00", transport = "udp",
    server = hex "4F 45 74 03 00 01 00 00 01 00 02" },
  example { client = hex "4F 45 74 03 00 00 00 03 FF DC 01 00 00", transport = "udp" },
  example { server = hex "4F 45 74 03 00 01 00 00 01 00 02", transport = "udp" },
  counterexample { client = hex "4F 45 74 04 00 00 00 03 FF DC 01", transport = "udp" },
}
