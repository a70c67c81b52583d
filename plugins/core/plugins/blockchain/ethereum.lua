-- Discovery: a hash of 32 bytes, a signature of 65 whose last byte is 0 or 1, a type, and a list (RLP) that
-- fills the datagram (devp2p, discv4.md).  Connections: RLPx's handshake has its size before it and an
-- uncompressed point, 04, first (rlpx.md, EIP-8).

-- A list as RLP: C0 + length, or F8 and one byte, F9 and two.  Nodes may add fields, never bytes behind the
-- list.
local function list(v)
  local head, size = v:u8(98), v:size()
  if head < 0xF8 then return head >= 0xC0 and 99 + head - 0xC0 == size end
  if head == 0xF8 then return 100 + v:u8(99) == size and v:u8(99) > 55 end
  return head == 0xF9 and 101 + v:u16(99) == size
end

local function discovery(m)
  return (not m.client or list(m.client)) and (not m.server or list(m.server))
end

-- The caller waits for the answer: its first message is whole and alone.  300 to 700 bytes: 194, then 100 to
-- 300 at random.
local function handshake(m)
  local ask, answer = m.client, m.server
  -- Anything that repeats a number behind its length is another protocol, such as DNS.
  if ask:u8(3) == answer:u8(3) then return false end
  return ask:size() == 2 + ask:u16(0) and answer:size() >= 2 + answer:u16(0) and ask:u16(0) > 280
    and answer:u16(0) > 190
end

-- Ping: version 4, then an address; pong: an address; find: a key of 64 bytes; neighbours: a list; record
-- asked; record.
local packet = at(96, any {
  bytes "[00-01] 01 [CA-F7] 04 [C0-F7]", bytes "[00-01] 01 F8 ?? 04 [C0-F7]",
  bytes "[00-01] 02 F8 ?? [C0-DF]",
  bytes "[00-01] 02 [E0-F7] [C0-DF]", bytes "[00-01] 03 F8 ?? B8 40", bytes "[00-01] 04 F9 ?? ?? F9",
  bytes "[00-01] 04 F8 ?? F8", bytes "[00-01] 04 F9 ?? ?? F8", bytes "[00-01] 05 C5 84",
  bytes "[00-01] 06 F8 ?? A0", bytes "[00-01] 06 F9 ?? ?? A0",
})

protocol "ethereum" {
  title     = "Ethereum (devp2p)",
  reference = "ethereum/devp2p: discv4.md, rlpx.md",
  category  = "blockchain",
  ports     = { "30303/udp", "30303/tcp", "30301/udp" },
  alternates = { "30304/udp", "30304/tcp", "30311/udp", "30311/tcp" },

  udp { either = all { packet, length(103, 1280) }, alone = { "client", "server" }, check = discovery },
  tcp { client = bytes "[01-02] ?? 04", server = bytes "[00-02] ?? 04", check = handshake },

  example { client = string.rep("\xA5", 96)
    .. "\1\1\xDC\4\xCB\x84\xC0\0\2\1\x82\x76\x5F\x82\x76\x5F"
    .. "\xC9\x84\xC0\0\2\2\x82\x76\x5F\x80\x84\x5F\x11\x22\x33",
    transport = "udp" },
  example { client = "\1\xB4\4" .. string.rep("\xA5", 435), server = "\1\xA2\4" .. string.rep("\x5A", 417) },
  counterexample { client = string.rep("\xA5", 96) .. "\1\1\xDC\4\xCB\x84\xC0\0\2\1", transport = "udp" },
  counterexample { client = "\1\xB4\4" .. string.rep("\xA5", 500),
    server = "\1\xA2\4" .. string.rep("\x5A", 417) },
}
