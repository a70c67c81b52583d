-- Peers open with 19, "BitTorrent protocol" (BEP 3).  The DHT speaks bencoded dictionaries of queries,
-- responses and errors (BEP 5); uTP carries peers over UDP (BEP 29).

-- uTP: SYN (type 4) has connection id r; the answer is a STATE (2) of the same id that acknowledges the
-- SYN's number.
local function utp(m)
  local ask, answer = m.client, m.server
  return ask:size() >= 20 and answer:size() >= 20 and ask:u16(2) == answer:u16(2)
    and ask:u16(16) == answer:u16(18)
end

local dht = any {
  starts "d1:ad2:id20:", starts "d1:rd2:id20:", starts "d1:el", starts "d2:ip6:", starts "d2:ip4:",
  starts "d1:q",
  all { starts "d1:rd", contains "2:id20:" }, all { starts "d1:ad", contains "2:id20:" },
}

protocol "bittorrent" {
  title     = "BitTorrent",
  reference = "BEP 3, BEP 5, BEP 14, BEP 15, BEP 29",
  category  = "p2p",
  also      = { "bittorrent-dht", "bittorrent-tracker" },
  dynamic   = true,

  tcp { either = starts "\x13BitTorrent protocol", alone = { "client", "server" } },
  udp { either = all { dht, any { contains "1:y1:q", contains "1:y1:r", contains "1:y1:e" } },
    alone = { "client",
    "server" } },
  -- One peer asks the DHT while the other answers on the same port with uTP.
  udp { client = dht, server = any { bytes "01 0?", bytes "11 0?", bytes "21 0?", bytes "31 0?",
    bytes "41 0?" } },
  -- The first nibble is the type, the second the version, 1; 00 to 02 the first extension.
  udp { client = any { bytes "41 00", bytes "41 02" }, server = any { bytes "21 00", bytes "21 02",
    bytes "21 01" },
    check = utp },
  -- A tracker: a constant, action 0, a number; the answer repeats both (BEP 15).
  udp { client = all { bytes "00 00 04 17 27 10 19 80 00 00 00 00", length(16, 100) }, alone = "client" },
  -- Peers of one network call for each other (BEP 14).
  udp { client = starts "BT-SEARCH * HTTP/1.", alone = "client" },

  example { client = "\x13BitTorrent protocol\0\0\0\0\0\x10\0\5", transport = "tcp" },
  example { client = "d1:ad2:id20:abcdefghijklmnopqrste1:q4:ping1:t2:aa1:y1:qe", transport = "udp" },
  example {
    client = hex "41 00 12 34 00 00 00 01 00 00 00 00 00 10 00 00 AB CD 00 00",
    server = hex "21 00 12 34 00 00 00 02 00 00 00 01 00 10 00 00 00 07 AB CD",
    transport = "udp",
  },
  example { client = "d1:ad2:id20:abcdefghijklmnopqrste1:q4:ping1:t2:aa1:y1:qe",
    server = hex "41 00 12 34 00 00 00 01 00 00 00 00 00 10 00 00 00 01 00 00", transport = "udp" },
  example { client = hex "00 00 04 17 27 10 19 80 00 00 00 00 12 34 56 78",
    server = hex "00 00 00 00 12 34 56 78 01 02 03 04 05 06 07 08", transport = "udp" },
  example { client = "BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 6881\r\n",
    transport = "udp" },
  counterexample { client = "d3:foo3:bare", transport = "udp" },
  counterexample { client = "\x13BitTorrent protocol\0\0\0\0\0\x10\0\5", server = "SSH-2.0-OpenSSH_9.6\r\n",
    transport = "tcp" },
}
