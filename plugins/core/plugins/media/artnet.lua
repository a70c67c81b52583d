-- "Art-Net" and a zero, then an operation, little-endian (Art-Net 4 specification).
protocol "artnet" {
  title     = "Art-Net",
  reference = "Art-Net 4 protocol specification (Artistic Licence), packet definitions",
  category  = "media",
  ports     = { "6454/udp" },

  udp { either = starts "Art-Net\0", alone = { "client", "server" } },

  fields { server = [[^Art-Net\0\0\x21(?s:.{16})(?<hostname>[ -~]{1,17})\0]] },

  example { client = "Art-Net\0\0\x20\0\x0E\2\0", transport = "udp" },
  -- ArtPollReply, 239 bytes: address and port, versions and the maker, names of 18 and 64 bytes ...
  example { client = "Art-Net\0\0\x20\0\x0E\2\0",
    server = "Art-Net\0\0\x21" .. hex "C0 00 02 05 36 19 01 00 00 00 00 FF 00 E0 F0 7F" ..
      "Stage node" .. string.rep("\0", 8) .. "Stage node, two universes" .. string.rep("\0", 39) ..
      "#0001 [0001] Power on tests successful" .. string.rep("\0", 26) ..
      hex "00 02 80 80 00 00 00 00 00 00 80 80 00 00 00 00 00 00 00 01" .. string.rep("\0", 47),
    transport = "udp" },
  counterexample { client = "Art-Nut\0\0\x20\0\x0E\2\0", transport = "udp" },
}
-- ACN's root layer over UDP: a preamble of 16 bytes, none behind, the identifier, and flags 7 with a length
-- (ANSI E1.31 section 5).
local function check(m)
  local v = m.client or m.server
  return (v:u16(16) & 0xFFF) + 16 == v:size()
end

protocol "sacn" {
  title     = "Streaming ACN (E1.31)",
  reference = "ANSI E1.31 section 5",
  category  = "media",
  ports     = { "5568/udp" },

  udp { either = bytes "00 10 00 00 41 53 43 2D 45 31 2E 31 37 00 00 00 7?", alone = { "client", "server" },
    check = check },

  example { client = "\0\x10\0\0ASC-E1.17\0\0\0\x70\x16\0\0\0\4" .. string.rep("\xA5", 16),
    transport = "udp" },
  counterexample { client = "\0\x10\0\0ASC-E1.17\0\0\0\x72\x6E\0\0\0\4", transport = "udp" },
}
