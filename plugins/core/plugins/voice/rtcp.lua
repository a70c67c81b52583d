-- Reports: version 2, a count, a type of 200 to 207, the length in words less one, the source (RFC 3550
-- section 6.4).  Several stand in one datagram and fill it; the first is always a sender's or a receiver's
-- report (section 6.1).
local function chain(v)
  local at, count, size = 0, 0, v:size()
  while at < size do
    local first, kind, words = v:u8(at), v:u8(at + 1), v:u16(at + 2)
    if not words or first >> 6 ~= 2 or kind < 200 or kind > 207 then return 0 end
    local blocks = first & 0x1F
    -- Six words and six for each block; receivers only one and six for each.
    if kind == 200 and words < 6 + 6 * blocks or kind == 201 and words < 1 + 6 * blocks then return 0 end
    at, count = at + 4 * (words + 1), count + 1
  end
  return at == size and count or 0
end

-- Two or more packets fill a datagram exactly: that needs no second speaker.
local function compound(m)
  return (not m.client or chain(m.client) >= 2) and (not m.server or chain(m.server) >= 2)
end

-- Encrypted, only the first header is clear; a flag with a counter and a tag of ten bytes stand behind (RFC
-- 3711 section 3.4).
local function header(v)
  local kind, blocks, words = v:u8(1), v:u8(0) & 0x1F, v:u16(2)
  local least = (kind == 200 and 7 or 2) + 6 * blocks
  return words + 1 >= least and words < 64 and v:size() >= 4 * (words + 1) and v:u32(4) ~= 0
end

local function both(m)
  return header(m.client) and header(m.server)
end

-- No block or one block each: calls have two ends.
local report = any { bytes "80 C8 00 06", bytes "81 C8 00 0C", bytes "80 C9 00 01", bytes "81 C9 00 07" }

protocol "rtcp" {
  title     = "RTP Control Protocol",
  reference = "RFC 3550 section 6, RFC 3711 section 3.4",
  category  = "voice",
  -- The port above that of the media, or the same.
  dynamic   = true,

  udp { either = any { report, bytes "8? C8 00 ??", bytes "8? C9 00 ??" }, alone = { "client", "server" },
    check = compound },
  udp { either = report, check = both },

  example { client = hex "80 C9 00 01 11 22 33 44 81 CA 00 03 11 22 33 44 01 04 61 62 63 64 00 00",
    transport = "udp" },
  example { client = hex "80 C9 00 01 11 22 33 44 80 00 00 01 A1 A2 A3 A4 A5 A6 A7 A8 A9 AA",
    server = hex "80 C9 00 01 55 66 77 88 80 00 00 01 B1 B2 B3 B4 B5 B6 B7 B8 B9 BA", transport = "udp" },
  -- A report alone in a datagram, encrypted perhaps, from one side only: too little.
  counterexample { client = hex "80 C9 00 01 11 22 33 44 80 00 00 01 A1 A2 A3 A4 A5 A6", transport = "udp" },
  counterexample { client = hex "80 60 00 01 00 00 00 00 12 34 56 78 00 00 00 00 00 00 00 00",
    transport = "udp" },
}
