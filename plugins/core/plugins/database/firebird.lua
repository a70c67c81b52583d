-- Words of four bytes, big end first.  The client sends op_connect (1), op_attach (19), its connect version
-- (2 or 3) and its architecture; the server accepts (3, 94 with data, 98 conditionally), rejects (4) or
-- answers an error (9).
local accepted = any {
  bytes "00 00 00 03 00 00 00 0A", bytes "00 00 00 03 FF FF 80 ??", bytes "00 00 00 5E FF FF 80 ??",
  bytes "00 00 00 62 FF FF 80 ??", bytes "00 00 00 04", bytes "00 00 00 09 00 00 00 00",
}

protocol "firebird" {
  title     = "Firebird and InterBase",
  reference = "Firebird source, remote/protocol.h (P_OP, p_cnct, p_acpt)",
  category  = "database",
  ports     = { "3050/tcp" },
  alternates = { "3051/tcp" },

  -- An architecture is at most 40 (28 hex); the file name's length follows.
  tcp { client = bytes "00 00 00 01 00 00 00 13 00 00 00 [02-03] 00 00 00 [00-28] 00 00 ?? ??",
      server = accepted,
    alone = "client" },

  fields {
    server = function(m)
      local v = m.server
      local code, number = v and v:u32(0), v and v:u32(4)
      if not number or code == 4 or code == 9 then return {} end
      return { protocol_version = tostring(number & 0x7FFF) }
    end,
  },

  example { client = hex "00 00 00 01 00 00 00 13 00 00 00 03 00 00 00 24 00 00 00 04 61 2E 64 62",
    server = hex "00 00 00 5E FF FF 80 0D 00 00 00 01 00 00 00 05" },
  counterexample { client = hex "00 00 00 01 00 00 00 14 00 00 00 02 00 00 00 00 00 01 86 A0",
    server = hex "00 00 00 03 00 00 00 0A" },
}
