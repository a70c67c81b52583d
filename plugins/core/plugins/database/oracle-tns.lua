-- A length, a checksum, a type, a reserved byte, another checksum: CONNECT (1) holds a version of 300 or more
-- and, behind, a description in parentheses.  ACCEPT is 2, REFUSE 4, REDIRECT 5, RESEND 11 (Oracle Net;
-- observed, not published).
local function check(m)
  local v = m.client
  if not v then return true end
  local length, version = v:u16(0), v:u16(8)
  return version ~= nil and length >= 26 and version >= 300 and version < 400
end

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

  example { server = "\0\x1F\0\0\4\0\0\0\x22\0\0\x13(DESCRIPTION=(ERR=1))" },
  example { client = hex "00 3A 00 00 01 00 00 00 01 3B 01 2C 0C 41 20 00",
    server = hex "00 08 00 00 0B 00 00 00" },
  counterexample { client = hex "00 3A 00 00 01 00 00 00 09 3B 01 2C" },
}
