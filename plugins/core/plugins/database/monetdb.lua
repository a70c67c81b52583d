-- Blocks with a length of two bytes before them.  The server opens with a challenge,
-- salt:mserver:9:hashes:byteorder:hash:, the client answers with its byte order, name, hash and database
-- (MonetDB, MAPI protocol).
protocol "monetdb" {
  title     = "MonetDB (MAPI)",
  reference = "MonetDB documentation, MAPI protocol: challenge and response",
  category  = "database",
  shares    = { "50000/tcp" },
  alternates = { "50001/tcp" },

  -- Newer clients send eight zeros first, for servers that might expect TLS.
  tcp { client = any {
      bytes "?? 0? 42 49 47 3A", bytes "?? 0? 4C 49 54 3A",
      bytes "00 00 00 00 00 00 00 00 ?? 0? 42 49 47 3A", bytes "00 00 00 00 00 00 00 00 ?? 0? 4C 49 54 3A",
    },
    server = matches [[^.[\x00-\x03][\x21-\x39\x3b-\x7e]{4,64}:(?:mserver|merovingian):\d{1,2}:[A-Z0-9,]+:(?:LIT|BIG):]] },

  fields { server = [[:(?<product>mserver|merovingian):(?<protocol_version>\d+):]] },

  example { client = "\x41\0LIT:monetdb:{SHA1}0011:sql:demo:",
    server = "\x61\0a1b2c3d4e5:mserver:9:RIPEMD160,SHA512,SHA1,MD5:LIT:SHA512:" },
  example { client = "\0\0\0\0\0\0\0\0\x41\0BIG:monetdb:{SHA1}0011:sql:demo:",
    server = "\x61\0a1b2c3d4e5:mserver:9:RIPEMD160,SHA512,SHA1,MD5:LIT:SHA512:" },
  counterexample { client = "\x41\0LIT:monetdb:", server = "\x61\0a1b2c3d4e5:somebody:9:SHA1:LIT:" },
}
