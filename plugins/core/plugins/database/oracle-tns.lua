-- A length, a checksum, a type, a reserved byte, another checksum: CONNECT (1) holds a version of 300 or more
-- and, behind, a description in parentheses.  ACCEPT is 2, REFUSE 4, REDIRECT 5, RESEND 11 (Oracle Net;
-- observed, not published).
local function check(m)
  local v = m.client
  if not v then return true end
  local length, version = v:u16(0), v:u16(8)
  return version ~= nil and length >= 26 and version >= 300 and version < 400
end

-- Joined midway: data (6), of a length in two bytes or, since 12c, in four; two bytes of flags, and what it is.
local function data(kinds)
  return any { bytes("?? ?? 00 00 06 00 00 00 00 00 " .. kinds),
    bytes("00 00 ?? ?? 06 00 00 00 00 00 " .. kinds) }
end

-- The length leads to the end, or to more data.
local function whole(v)
  local length, size = v:u16(0), v:size()
  if length == 0 then length = v:u16(2) end
  if length < 11 then return false end
  return size == length or size < length and size >= 1400 or size > length and v:u8(length + 4) == 6
end
local function midway(m) return whole(m.client) and whole(m.server) end

protocol "oracle-tns" {
  title     = "Oracle Net (Oracle TNS)",
  reference = "Oracle Net Services, Transparent Network Substrate packets",
  category  = "database",
  also      = { "oracle" },
  ports     = { "1521/tcp" },
  alternates = { "1522-1529/tcp", "2484/tcp" },

  -- 01 2C to 01 3F: versions 300 to 319.
  tcp { client = bytes "?? ?? 00 00 01 00 00 00 01 ?? 01", server = any { bytes "?? ?? 00 00 02 ?? 00 00",
    bytes "?? ?? 00 00 04 ?? 00 00", bytes "?? ?? 00 00 05 ?? 00 00", bytes "00 08 00 00 0B ?? 00 00",
    bytes "?? ?? 00 00 0C ?? 00 00" },
        alone = "client", check = check },

  -- A refusal (4) tells why in the words of the client's own language; a redirection (5) where to go.
  tcp { server = any { all { bytes "00 ?? 00 00 04 ?? 00 00 ?? ?? ?? ??", at(12, starts "(DESCRIPTION=") },
    all { bytes "?? ?? 00 00 05 ?? 00 00 ?? ??", at(10, starts "(ADDRESS=") },
    all { bytes "?? ?? 00 00 05 ?? 00 00 ?? ??", at(10, starts "(DESCRIPTION=") } }, alone = "server" },

  -- A call (3, 11 for one that rides along), answered by an error (4), rows (6), values (8), a status (9) or a
  -- description (10).
  tcp { client = data "[03,11]", server = data "[04,06,08-09,10]", check = midway },

  example { server = "\0\x1F\0\0\4\0\0\0\x22\0\0\x13(DESCRIPTION=(ERR=1))" },
  example { client = hex "00 3A 00 00 01 00 00 00 01 3B 01 2C 0C 41 20 00",
    server = hex "00 08 00 00 0B 00 00 00" },
  example { client = hex "00 15 00 00 06 00 00 00 00 00 03 5E 07 02 80 00 00 00 00 01 0D",
    server = hex "00 10 00 00 06 00 00 00 00 00 10 17 A1 B2 C3 D4" },
  example { client = hex "00 00 00 15 06 00 00 00 00 00 03 5E 07 02 80 00 00 00 00 01 0D \z
      00 00 00 0D 06 00 00 00 00 00 03 05 08",
    server = hex "00 00 00 10 06 00 00 00 00 00 08 01 A1 B2 C3 D4" },
  counterexample { client = hex "00 00 00 16 06 00 00 00 00 00 03 5E 07 02 80 00 00 00 00 01 0D",
    server = hex "00 00 00 10 06 00 00 00 00 00 08 01 A1 B2 C3 D4" },
  counterexample { client = hex "00 15 00 00 06 00 00 00 00 00 03 5E 07 02 80 00 00 00 00 01 0D",
    server = hex "00 12 00 00 06 00 00 00 00 00 10 17 A1 B2 C3 D4" },
  counterexample { client = hex "00 00 00 00 06 00 00 00 00 00 03 5E 07 02 80 00 00 00 00 01 0D 06",
    server = hex "00 00 00 00 06 00 00 00 00 00 08 01 A1 B2 C3 D4 06" },
  counterexample { client = hex "00 3A 00 00 01 00 00 00 09 3B 01 2C" },
}
