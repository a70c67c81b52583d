-- The client says 60 60 B0 17 and offers four versions (zeros, range, minor, major); the server answers with
-- one of them (Bolt protocol handshake specification).
local opening = bytes "60 60 B0 17 00 ?? ?? ??"
local chosen = bytes "00 00 ?? ??"

-- The client tells what it is in its next message: HELLO, or INIT (B2 01) before version 3.  Until
-- then the flow waits, but for no more than the client's first 1 KB.
local told = any { contains "\x8Auser_agent", at(20, bytes "00 ?? B2 01") }
local later = none { contains "\xFF\xFF\xFF\xFF\xFF" }

protocol "neo4j-bolt" {
  title     = "Neo4j Bolt (also Memgraph)",
  reference = "Neo4j Bolt protocol handshake specification",
  category  = "database",
  ports     = { "7687/tcp" },

  tcp { client = all { opening, told }, server = chosen, alone = "client" },
  tcp { client = all { opening, later }, server = chosen, alone = "client" },

  fields {
    server = function(m)
      local v = m.server
      local minor, major = v and v:u8(2), v and v:u8(3)
      -- 01 FF announces a list of versions instead.
      if not major or major == 0 or major == 0xFF then return {} end
      return { protocol_version = string.format("%d.%d", major, minor) }
    end,
    -- A text of up to 15 bytes has its length in its mark, of up to 255 behind D0 (PackStream).
    client = [[(?s)\x8auser_agent(?:[\x81-\x8f]|\xd0.)(?<software>[A-Za-z][ -~]{2,120})(?=[^ -~])]],
  },

  example { client = hex "60 60 B0 17 00 00 04 04 00 00 01 04 00 00 00 04 00 00 00 03",
      server = hex "00 00 04 04" },
  -- HELLO (B1 01) with two entries: the program, no routing.
  example { client = hex "60 60 B0 17 00 00 04 04 00 00 01 04 00 00 00 04 00 00 00 03" ..
      hex "00 30 B1 01 A2 8A" .. "user_agent" .. hex "D0 17" ..
      "neo4j-javascript/5.14.0" .. "\x87routing\xC0\0\0",
    server = hex "00 00 04 04" },
  example { client = hex "60 60 B0 17 00 00 04 04 00 00 01 04 00 00 00 04 00 00 00 03" ..
      hex "00 20 B1 01 A2 8A" .. "user_agent" .. "\x88Demo/1.0" .. "\x87routing\xC0\0\0",
    server = hex "00 00 04 04" },
  counterexample { client = hex "60 60 B0 18 00 00 04 04", server = hex "00 00 04 04" },
}
