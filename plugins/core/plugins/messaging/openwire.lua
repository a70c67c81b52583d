-- Both sides open with WireFormatInfo: a length, type 1, the word ActiveMQ, a version (ActiveMQ, OpenWire
-- specification).
local info = bytes "00 00 ?? ?? 01 41 63 74 69 76 65 4D 51 00 00 00 ??"

protocol "openwire" {
  title     = "OpenWire (Apache ActiveMQ)",
  reference = "Apache ActiveMQ, OpenWire version 2 specification: WireFormatInfo",
  category  = "messaging",
  ports     = { "61616/tcp" },
  alternates = { "61617/tcp" },

  tcp { either = info, alone = { "client", "server" } },
  -- The client waits for the server, or says nothing that is known.
  tcp { server = info, alone = "server" },

  fields {
    server = {
      function(m)
        local number = m.server and m.server:u32(13)
        return number and { protocol_version = tostring(number) }
      end,
      -- Properties are a name and a value: of text (9) a length of two bytes, then the text.
      [[(?s)ProviderVersion\x09\x00.(?<version>[0-9][\x20-\x7e]*)]],
      [[(?s)ProviderName\x09\x00.(?<product>[A-Za-z][\x20-\x7e]*)]],
    },
  },

  example {
    client = hex "00 00 00 2E 01" .. "ActiveMQ" .. hex "00 00 00 0C 01 00 00 00 1C 00 00 00 01" ..
      "\0\x14TightEncodingEnabled\1\1",
    server = hex "00 00 00 61 01" .. "ActiveMQ" .. hex "00 00 00 0C 01 00 00 00 4F 00 00 00 03" ..
      "\0\x0CProviderName\9\0\8ActiveMQ\0\x14TightEncodingEnabled\1\1" ..
      "\0\x0FProviderVersion\9\0\x065.15.9" },
  -- The server does not wait for what it takes for a client.
  example { client = "GET / HTTP/1.1\r\nHost: queue.example.org:61616\r\n\r\n",
    server = hex "00 00 01 46 01" .. "ActiveMQ" .. hex "00 00 00 0C 01" },
  example { server = hex "00 00 01 46 01" .. "ActiveMQ" .. hex "00 00 00 0C 01" },
  counterexample { client = hex "00 00 00 FE 01" .. "ActiveBQ" .. hex "00 00 00 0C 01" },
}
