-- TCP: E3 (C5 eMule's extensions, D4 packed), a length, little-endian, an operation.  Peers say hello (01,
-- the length of the hash, 16, the hash, a number, a port, tags); servers are greeted without the 16.  UDP:
-- E3, C5 or E4 (Kademlia) and an operation (eMule protocol specification, Kulbak and Bickson; eMule source,
-- opcodes.h).

-- The hello of a peer: tags follow the hash, number and port; eMule marks its hashes with 0E and 6F.
local function hello(m)
  local v = m.client
  local length, tags = v:u32le(1), v:u32le(29)
  if not tags then return more end
  return length > 30 and length < 2048 and tags <= 32
end

-- A login at a server: hash, number, port, tags.
local function login(m)
  local v = m.client
  local length, tags = v:u32le(1), v:u32le(28)
  if not tags then return more end
  return length > 26 and length < 1024 and tags <= 16
end

-- Kademlia: who is asked (21) answers (29) with the same target and 25 bytes for each contact.
local function lookup(m)
  local ask, answer = m.client, m.server
  if not answer then return true end
  return ask:bytes(3, 16) == answer:bytes(2, 16) and answer:size() == 19 + 25 * answer:u8(18)
end

-- A hello of Kademlia 2: a number, a port, a version and a count of tags.
local function greet(m)
  local ask, answer = m.client, m.server
  return ask:u8(20) >= 2 and ask:u8(20) <= 10 and ask:u8(21) <= 8 and answer:u8(20) >= 2
    and answer:u8(20) <= 10
    and answer:u8(21) <= 8
end

local function bootstrap(m)
  local v = m.server
  return v:size() == 23 + 25 * v:u16le(21)
end

-- A server says how many users and files it has for the challenge that was sent.
local function status(m)
  return m.client:bytes(2, 4) == m.server:bytes(2, 4)
end

protocol "edonkey" {
  title     = "eDonkey, eMule, Kademlia",
  reference = "The eMule Protocol Specification (Kulbak, Bickson); eMule source, opcodes.h",
  category  = "p2p",
  ports     = { "4662/tcp", "4661/tcp", "4672/udp", "4665/udp" },

  tcp { client = bytes "E3 ?? 0? 00 00 01 10",
        server = any { bytes "E3 ?? 0? 00 00 4C", bytes "C5 ?? 0? 00 00 ??", bytes "D4 ?? 0? 00 00 ??" },
        alone = "client", check = hello },
  -- A message (38), an identity (40), a status (34), servers (32), itself (41), plain or packed.
  tcp { client = bytes "E3 ?? 0? 00 00 01", server = any { bytes "E3 ?? ?? 00 00 38",
    bytes "E3 ?? ?? 00 00 40", bytes "E3 ?? ?? 00 00 34",
    bytes "D4 ?? ?? 00 00 38", bytes "E3 ?? ?? 00 00 05" }, check = login },
  udp { client = all { any { bytes "E4 21 02", bytes "E4 21 04", bytes "E4 21 0B" }, length(35) },
        server = all { bytes "E4 29", length(19, 1400) }, alone = "client", check = lookup },
  udp { client = all { bytes "E4 11", length(22, 300) }, server = all { bytes "E4 19", length(22, 300) },
    check = greet },
  udp { client = all { bytes "E4 01", length(2) }, server = all { bytes "E4 09", length(23, 1400) },
    check = bootstrap },
  udp { client = all { bytes "E4 60", length(2) }, server = all { bytes "E4 61", length(4) } },
  udp { client = all { bytes "E3 96", length(6) }, server = all { bytes "E3 97", length(14, 60) },
    check = status },

  example { client = "\xE3\x44\0\0\0\1\x10" .. string.rep("\xA5", 16) .. "\1\2\3\4\x36\x12\3\0\0\0"
    .. string.rep("\1", 40),
    server = "\xE3\x44\0\0\0\x4C" .. string.rep("\x5A", 63) },
  example { client = "\xE3\x3D\0\0\0\1" .. string.rep("\xA5", 16) .. "\0\0\0\0\x36\x12\4\0\0\0"
    .. string.rep("\1", 34),
    server = "\xE3\x09\0\0\0\x40\1\2\3\4\0\0\0\0" },
  example { client = "\xE4\x21\2" .. string.rep("\xA5", 32), transport = "udp" },
  example { client = "\xE4\x11" .. string.rep("\xA5", 16) .. "\x40\x12\8\0",
    server = "\xE4\x19" .. string.rep("\x5A", 16)
    .. "\x40\x12\8\0", transport = "udp" },
  example { client = "\xE4\1", server = "\xE4\9" .. string.rep("\x5A", 16) .. "\x36\x12\8\1\0"
    .. string.rep("\1", 25),
    transport = "udp" },
  example { client = "\xE4\x60", server = "\xE4\x61\x40\x12", transport = "udp" },
  example { client = "\xE3\x96\1\2\3\4", server = "\xE3\x97\1\2\3\4\0\0\0\1\0\0\0\2", transport = "udp" },
  counterexample { client = "\xE3\xE1\xF3\xE8version\0\0\0\0\0" },
  counterexample { client = "\xE3\x96\1\2\3\4", server = "\xE3\x97\1\2\3\5\0\0\0\1\0\0\0\2",
    transport = "udp" },
}
