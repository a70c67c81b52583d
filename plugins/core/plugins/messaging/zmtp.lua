-- Both sides open with FF, a length of eight bytes, 7F; then a revision.  Revision 3 goes on with a minor
-- version and the name of a mechanism in 20 bytes; older ones with the type of the socket (ZMTP 2.0 and 3.1,
-- greeting).
local signature = bytes "FF 00 00 00 00 00 00 00 ?? 7F"

protocol "zmtp" {
  title     = "ZeroMQ (ZMTP)",
  reference = "ZeroMQ RFC 15/ZMTP and 37/ZMTP, greeting",
  category  = "messaging",
  dynamic   = true,                                              -- every program chooses its own port

  tcp { either = signature, alone = { "client", "server" } },

  fields {
    server = {
      [[(?s)^.{10}\x03.(?<mechanism>NULL|PLAIN|CURVE|GSSAPI)\x00]],
      [[(?s)\x0bSocket-Type\x00\x00\x00.(?<info>[A-Z]{3,6})]],
      function(m)
        local major = m.server and m.server:u8(10)
        return major and { protocol_version = tostring(major == 1 and 2 or major) .. ".x" }
      end,
    },
  },

  example { client = hex "FF 00 00 00 00 00 00 00 01 7F 03 00 4E 55 4C 4C 00",
    server = hex "FF 00 00 00 00 00 00 00 01 7F 03 00 4E 55 4C 4C 00" },
  -- Greetings of 64 bytes, then READY says what the sockets are.
  example {
    client = hex "FF 00 00 00 00 00 00 00 01 7F 03 00" .. "NULL" .. string.rep("\0", 48) ..
      "\4\x29\5READY\x0BSocket-Type\0\0\0\6DEALER\8Identity\0\0\0\0",
    server = hex "FF 00 00 00 00 00 00 00 01 7F 03 00" .. "NULL" .. string.rep("\0", 48) ..
      "\4\x29\5READY\x0BSocket-Type\0\0\0\6ROUTER\8Identity\0\0\0\0" },
  counterexample { client = hex "FF 00 00 00 00 00 00 00 01 7E 03 00" },
}
