-- DER with an application tag for each message: 6A and 6B ask and answer for a ticket-granting ticket, 6C and
-- 6D for a ticket, 7E is an error; then the protocol's version, 5 (RFC 4120 section 5.4).  Over TCP four
-- bytes of length come first.

-- The version is field 1 of a request, field 0 of a reply.
local ask = all {
  any { bytes "[6A,6C] 8?", bytes "[6A,6C] ?? 30" },
  seq { enter "[6A,6C]", enter "30", bytes "A1 03 02 01 05" },
}
local answer = all {
  any { bytes "[6B,6D,7E] 8?", bytes "[6B,6D,7E] ?? 30" },
  seq { enter "[6B,6D,7E]", enter "30", bytes "A0 03 02 01 05" },
}
local function framed(message) return all { bytes "00 0? ?? ??", at(4, message) } end

-- Of enciphered bytes about half have the high bit set, and few are zero.
local function enciphered(m)
  local high, zeros, count = 0, 0, math.min(m.server:size(), 64)
  for i = 0, count - 1 do
    local byte = m.server:u8(i)
    if byte >= 0x80 then high = high + 1 elseif byte == 0 then zeros = zeros + 1 end
  end
  return high * 10 > count * 3 and high * 10 < count * 7 and zeros * 16 <= count
end

protocol "kerberos" {
  title     = "Kerberos",
  reference = "RFC 4120 sections 5.4 and 7.2.2",
  category  = "directory",
  also      = { "kerberos-sec", "krb5", "krb", "krb_tcp" },
  ports     = { "88/udp", "88/tcp" },
  alternates = { "750/udp" },

  udp { client = ask, server = answer, alone = { "client", "server" } },
  tcp { client = framed(ask), server = framed(answer), alone = { "client", "server" } },
  tcp { server = all { framed(answer), sized(0, 4, 4) } },
  -- The beginning of the answer is lost, but its enciphered rest was heard, and nobody else knows it.  The client
  -- proves that it has a key, from such a server: a time (2) or a ticket (1), which scanners lack.
  tcp { client = all { framed(ask), any { contains "\xA1\3\2\1\2\xA2", contains "\xA1\3\2\1\1\xA2" } },
    server = length(32, 2048), check = enciphered, fallback = true },

  example { client = hex "6A 0C 30 0A A1 03 02 01 05 A2 03 02 01 0A",
    server = hex "7E 0C 30 0A A0 03 02 01 05 A1 03 02 01 1E", transport = "udp" },
  example { client = hex "00 00 00 0E 6A 0C 30 0A A1 03 02 01 05 A2 03 02 01 0A", transport = "tcp" },
  example { client = "rest of a request that began before the capture", transport = "tcp",
    server = hex "00 00 00 0E 7E 0C 30 0A A0 03 02 01 05 A1 03 02 01 1E" },
  example { client = hex "00 00 00 1D 6A 1B 30 19 A1 03 02 01 05 A2 03 02 01 0A A3 0D 30 0B 30 09 \z
      A1 03 02 01 02 A2 02 04 00", transport = "tcp",
    server = hex "9C 07 E3 5A B1 0F 68 D4 93 2E C8 71 1D F6 A0 4B 35 8E 59 C1 7A 24 DB 06 EF 92 13 B8 6D 40 FC A7" },
  -- A request without any key.
  counterexample { client = hex "00 00 00 0E 6A 0C 30 0A A1 03 02 01 05 A2 03 02 01 0A", transport = "tcp",
    server = hex "9C 07 E3 5A B1 0F 68 D4 93 2E C8 71 1D F6 A0 4B 35 8E 59 C1 7A 24 DB 06 EF 92 13 B8 6D 40 FC A7" },
  -- An error of another protocol's.
  counterexample { client = hex "00 00 00 0E 6A 0C 30 0A A1 03 02 01 05 A2 03 02 01 0A", transport = "tcp",
    server = "E\0\0\0\x20SFATAL\0C08P01\0Mno\0\0" },
  counterexample { client = hex "00 00 00 0E 6A 0C 30 0A A1 03 02 01 05 A2 03 02 01 0A",
      server = "SSH-2.0-OpenSSH_9.6\r\n",
    transport = "tcp" },
  -- A ticket inside SMB's session set-up.
  counterexample {
    client = hex "00 00 00 54 FE 53 4D 42 40 00 00 00 6A 0C 30 0A A1 03 02 01 05 A2 03 02 01 0A",
    server = hex "00 00 00 54 FE 53 4D 42 40 00 00 00", transport = "tcp" },
  counterexample { client = hex "30 0C 02 01 01 60 07 02 01 03 04 00 80 00" },
}
