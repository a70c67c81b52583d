-- The first byte holds an operation and a key: 38 (or 50, with a wrapped key) asks for a reset, 40 answers;
-- then the sender's session id.  The answer acknowledges by naming the asker's session (OpenVPN protocol,
-- "Packet format").  Over TCP two bytes of length come first.  With tls-crypt the acknowledgement is hidden;
-- then lengths must be those of that form.
local function named(m, base)
  local ask, answer = m.client, m.server
  local id = ask:bytes(base + 1, 8)
  if not id or answer:size() < base + 14 then return false end
  local at = answer:find(base + 9, id)
  if at and at < base + 80 then return true end
  -- tls-crypt: session 8, packet id 8, tag 32, and an encrypted rest of 5 bytes or more.  Packet ids begin at 1,
  -- or at 0F000001 where the client offers to be asked for a cookie first.
  local first = ask:u32(base + 9)
  return ask:size() >= base + 54 and answer:size() >= base + 54 and (first == 1 or first == 0x0F000001)
    and answer:u16(base + 9) == 0 and answer:u16(base + 11) == 1
end

local function datagrams(m) return named(m, 0) end
local function stream(m)
  return m.client:u16(0) >= 14 and m.client:u16(0) < 400 and named(m, 2)
end

local ask = any { bytes "38", bytes "50" }

-- Packet id 1, the time (since 2012), nothing acknowledged, packet 0.
local first_signed = bytes "00 00 00 01 [4f-7f] ?? ?? ?? 00 00 00 00 00"

protocol "openvpn" {
  title     = "OpenVPN",
  reference = "OpenVPN network protocol documentation, packet format",
  category  = "tunnel",
  also      = { "spicy_openvpn_udp", "spicy_openvpn_tcp" },
  ports     = { "1194/udp", "1194/tcp" },
  alternates = { "443/tcp", "443/udp", "1195/udp", "1197/udp", "1198/udp" },

  udp { client = all { ask, length(14, 1400) }, server = all { bytes "40", length(14, 1400) },
    check = datagrams },
  -- The plainest reset, alone: nothing acknowledged, packet id 0.
  udp { client = all { bytes "38 ?? ?? ?? ?? ?? ?? ?? ?? 00 00 00 00 00", length(14) }, server = bytes "40",
    alone = "client" },
  -- The plainest answer, alone: it acknowledges packet 0 of a session and is its own packet 0.
  udp { client = bytes "38", alone = "server",
    server = all { bytes "40 ?? ?? ?? ?? ?? ?? ?? ?? 01 00 00 00 00 ?? ?? ?? ?? ?? ?? ?? ?? 00 00 00 00",
      length(26) } },
  -- With tls-auth a checksum (SHA-1, SHA-256 or SHA-512), a packet id of 1 and the time stand between.
  udp { client = any {
          all { bytes "38", at(29, first_signed), length(42) },
          all { bytes "38", at(41, first_signed), length(54) },
          all { bytes "38", at(73, first_signed), length(86) } }, alone = "client" },
  -- The answer is a reset, or before it that this one came (28).
  tcp { client = bytes "00 0E 38 ?? ?? ?? ?? ?? ?? ?? ?? 00 00 00 00 00", server = bytes "00 ?? [28,40]",
    alone = "client" },
  tcp { client = all { bytes "00 ??", at(2, ask) }, server = all { bytes "00 ??", at(2, bytes "40") },
    check = stream },

  example {
    client = hex "38 01 02 03 04 05 06 07 08 00 00 00 00 00",
    server = hex "40 11 12 13 14 15 16 17 18 01 00 00 00 00 01 02 03 04 05 06 07 08 00 00 00 00",
    transport = "udp",
  },
  example { transport = "udp", client = hex "38 01 02 03 04 05 06 07 08 00 00 00 00 00" },
  -- With tls-crypt the packet id and the time are readable; a tag of 32 bytes and the rest are not.
  example {
    client = hex "38 01 02 03 04 05 06 07 08 00 00 00 01 69 55 B9 00" .. string.rep("\xA5", 37),
    server = hex "40 11 12 13 14 15 16 17 18 00 00 00 01 69 55 B9 00" .. string.rep("\x5A", 49),
    transport = "udp",
  },
  example { transport = "udp",
    server = hex "40 11 12 13 14 15 16 17 18 01 00 00 00 00 01 02 03 04 05 06 07 08 00 00 00 00" },
  example { transport = "udp", client = hex "38 01 02 03 04 05 06 07 08" .. string.rep("\xA5", 20)
    .. hex "00 00 00 01 65 00 00 00 00 00 00 00 00" },
  example { transport = "tcp", client = hex "00 0E 38 01 02 03 04 05 06 07 08 00 00 00 00 00" },
  example { transport = "tcp", client = hex "00 0E 38 01 02 03 04 05 06 07 08 00 00 00 00 00",
    server = hex "00 1A 40 11 12 13 14 15 16 17 18 01 00 00 00 00" ..
      hex "01 02 03 04 05 06 07 08 00 00 00 00" },
  example { transport = "tcp", client = hex "00 0E 38 01 02 03 04 05 06 07 08 00 00 00 00 00",
    server = hex "00 16 28 11 12 13 14 15 16 17 18 01 00 00 00 00 01 02 03 04 05 06 07 08" },
  -- With tls-crypt, over TCP.
  example { transport = "tcp",
    client = hex "00 36 38 01 02 03 04 05 06 07 08 00 00 00 01 69 55 B9 00" .. string.rep("\xA5", 37),
    server = hex "00 42 40 11 12 13 14 15 16 17 18 00 00 00 01 69 55 B9 00" .. string.rep("\x5A", 49) },
  counterexample { transport = "tcp", client = hex "00 0E 38 01 02 03 04 05 06 07 08 00 00 00 00 00",
    server = "220 ftp.example.org\r\n" },
  -- Google's QUIC and STUN.
  counterexample { client = "\x0DABCDEFGHQ039\1" .. string.rep("\xA5", 100),
      server = "\x0C" .. string.rep("\xA5", 60),
    transport = "udp" },
  counterexample { client = hex "38" .. string.rep("\xA5", 60), server = hex "40" .. string.rep("\x5A", 60),
    transport = "udp" },
  counterexample { client = hex "38 01 02 03 04 05 06 07 08 00 00 00 00 00",
    server = hex "30 11 12 13 14 15 16 17 18 00 00 00 00 00", transport = "udp" },
}
