-- Consoles are sought with SRCH in the manner of HTTP, answered with their state, or woken with WAKEUP (open
-- source clients: Chiaki, lib/src/discovery.c; playactor).
protocol "ps-remote-play" {
  title     = "PS Remote Play (device discovery)",
  reference = "Chiaki, lib/src/discovery.c",
  category  = "gaming",
  ports     = { "987/udp", "9302/udp" },

  udp { client = all {
          any { starts "SRCH * HTTP/1.1", starts "WAKEUP * HTTP/1.1", starts "LAUNCH * HTTP/1.1" },
          matches [[^[A-Z]+ \* HTTP/1\.1\r?\n]] }, alone = "client" },
  udp { client = any { starts "SRCH * HTTP/1.1", starts "LAUNCH * HTTP/1.1" },
        server = all { matches [[^HTTP/1\.1 (?:200|620) ]],
          contains "device-discovery-protocol-version" }, alone = "server" },

  fields { server = {
    [[(?im)^host-name:(?<hostname>[^\r\n]+)]], [[(?im)^host-type:(?<product>[^\r\n]+)]],
    [[(?im)^system-version:(?<version>[^\r\n]+)]],
  } },

  example { client = "SRCH * HTTP/1.1\ndevice-discovery-protocol-version:00020020\n", transport = "udp",
    server = "HTTP/1.1 620 Server Standby\nhost-id:001122334455\nhost-type:PS4\nhost-name:Lounge\n\z
      host-request-port:997\ndevice-discovery-protocol-version:00020020\n\z
      system-version:11020001\n" },
  -- To be woken is never answered.
  example { client = "WAKEUP * HTTP/1.1\nclient-type:vr\nauth-type:R\nmodel:w\napp-type:r\n\z
      user-credential:123456789\ndevice-discovery-protocol-version:00030010\n", transport = "udp" },
  counterexample { client = "M-SEARCH * HTTP/1.1\r\nMAN: \"ssdp:discover\"\r\n\r\n", transport = "udp" },
}
