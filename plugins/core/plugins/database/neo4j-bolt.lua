-- The client says 60 60 B0 17 and offers four versions (zeros, range, minor, major); the server answers with
-- one of them (Bolt protocol handshake specification).
protocol "neo4j-bolt" {
  title     = "Bolt (Neo4j, Memgraph)",
  reference = "Neo4j Bolt protocol handshake specification",
  category  = "database",
  ports     = { "7687/tcp" },

  tcp { client = bytes "60 60 B0 17 00 ?? ?? ??", server = bytes "00 00 ?? ??", alone = "client" },

  fields {
    server = function(m)
      local v = m.server
      local minor, major = v and v:u8(2), v and v:u8(3)
      -- 01 FF announces a list of versions instead.
      if not major or major == 0 or major == 0xFF then return {} end
      return { protocol_version = string.format("%d.%d", major, minor) }
    end,
    client = [[(?s)\x8auser_agent[\x81-\xd0].?(?<software>[A-Za-z][\x20-\x7e]{2,60}?)(?=[^\x20-\x7e])]],
  },

  example { client = hex "60 60 B0 17 00 00 04 04 00 00 01 04 00 00 00 04 00 00 00 03",
      server = hex "00 00 04 04" },
  counterexample { client = hex "60 60 B0 18 00 00 04 04", server = hex "00 00 04 04" },
}
