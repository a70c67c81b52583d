-- The client opens with CONNECT (type 1): a remaining length of one or two bytes, the protocol's name, its level and a
-- keep-alive.  3.1 calls itself "MQIsdp", 3.1.1 and 5 "MQTT".  The server answers with CONNACK (type 2).
local connect = any {
  bytes "10 ?? 00 04 4D 51 54 54 0?", bytes "10 ?? ?? 00 04 4D 51 54 54 0?",
  bytes "10 ?? 00 06 4D 51 49 73 64 70 03", bytes "10 ?? ?? 00 06 4D 51 49 73 64 70 03",
}
-- Flags are 0 or 1; codes up to 5, or from 128 in version 5.
local connack = any { bytes "20 02 00 0?", bytes "20 02 01 00", bytes "20 ?? 00 ?? ??", bytes "20 ?? 01 00 ??" }

protocol "mqtt" {
  title     = "MQTT",
  reference = "OASIS MQTT 3.1.1 sections 3.1 and 3.2, MQTT 5.0",
  category  = "messaging",
  ports     = { "1883/tcp" },
  alternates = { "1884/tcp", "8883/tcp", "2883/tcp" },

  tcp { client = connect, server = connack, alone = "client" },

  fields {
    client = function(m)
      local v = m.client
      local at = v and v:find(0, "MQ")
      local level = at and (v:starts(at, "MQTT") and v:u8(at + 4) or v:u8(at + 6))
      return { protocol_version = level == 3 and "3.1" or level == 4 and "3.1.1" or level == 5 and "5.0" or nil }
    end,
  },

  example { client = "\x10\x0E\0\4MQTT\4\2\0\60\0\2ab", server = "\x20\2\0\0" },
  example { client = "\x10\x10\0\6MQIsdp\3\2\0\60\0\2ab", server = "\x20\2\0\0" },
  counterexample { client = "\x10\x0E\0\4HTTP\4\2", server = "\x20\2\0\0" },
}
