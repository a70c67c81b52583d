-- Four kinds of message, each of a fixed length: 1 opens (148 bytes), 2 answers (92), 3 is a cookie (64), 4
-- carries data in multiples of 16 (WireGuard: Next Generation Kernel Network Tunnel, section 5.4).
protocol "wireguard" {
  title     = "WireGuard",
  reference = "WireGuard: Next Generation Kernel Network Tunnel, section 5.4",
  category  = "tunnel",
  also      = { "spicy_wireguard" },
  ports     = { "51820/udp" },

  udp { client = all { bytes "01 00 00 00", length(148) },
    server = any { all { bytes "02 00 00 00", length(92) },
    all { bytes "03 00 00 00", length(64) } },
        alone = { "client", "server" }, check = function(m)
          -- The senders' indices are random, never two small numbers in a row.
          local v = m.server or m.client
          return v:u16le(6) ~= 0 or v:u16le(10) ~= 0
        end },
  -- Joined midway: data, of 32 bytes or more.  The counter's upper bytes are zero for the first billions of
  -- packets.
  udp { either = all { bytes "04 00 00 00 ?? ?? ?? ?? ?? ?? ?? ?? 00 00 00 00", length(32, 1500) },
        check = function(m) return m.client:size() % 16 == 0 and m.server:size() % 16 == 0 end },

  example { client = "\1\0\0\0" .. string.rep("\xA5", 144), server = "\2\0\0\0" .. string.rep("\x5A", 88) },
  -- Both keep the tunnel alive: nothing but the tag of 16 bytes.
  example { client = "\4\0\0\0\x11\x22\x33\x44\7\0\0\0\0\0\0\0" .. string.rep("\xA5", 16),
    server = "\4\0\0\0\x55\x66\x77\x88\5\0\0\0\0\0\0\0" .. string.rep("\x5A", 16) },
  counterexample { server = "\2\0\0\0\3\0\0\0\4\0\0\0" .. string.rep("\5\0\0\0", 20) },
  counterexample { client = "\1\0\0\0" .. string.rep("\xA5", 100) },
}
