-- Announcements to everybody on the network: a fixed number, then the device's name of 32 bytes and where it
-- listens, in Protocol Buffers (Syncthing, Local Discovery Protocol v4).
protocol "syncthing-discovery" {
  title     = "Syncthing discovery (local)",
  reference = "Syncthing specifications, Local Discovery Protocol v4",
  category  = "p2p",
  ports     = { "21027/udp" },

  udp { client = all { bytes "2E A7 D9 0B 0A 20", length(38, 1400) }, alone = "client" },

  example { client = hex "2E A7 D9 0B 0A 20" .. string.rep("\xA5", 32) .. "\x12\x15tcp://192.0.2.1:22000",
    transport = "udp" },
  counterexample { client = hex "2E A7 D9 0B 0A 21" .. string.rep("\xA5", 34), transport = "udp" },
}
