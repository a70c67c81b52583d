-- A marker of 16 bytes of ones, a length, a type: 1 opens, with version 4 (RFC 4271 section 4.1).
protocol "bgp" {
  title     = "Border Gateway Protocol",
  reference = "RFC 4271 section 4.1",
  category  = "network",
  ports     = { "179/tcp" },

  -- Lengths are 19 to 4096 (up to 65535 with RFC 8654); types 1 to 5.
  tcp { either = bytes "FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF ?? ?? 0?",
    alone = { "client", "server" },
        check = function(m)
          local v = m.client or m.server
          return v:u16(16) >= 19 and v:u8(18) >= 1 and v:u8(18) <= 5
        end },

  fields {
    server = function(m)
      local v = m.server
      return v and v:u8(18) == 1 and v:u16(20) and { info = string.format("AS %d", v:u16(20)) } or nil
    end,
  },

  example { client = hex "FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF 00 1D 01 04 FD E8 00 B4 C0 00 02 01 00" },
  counterexample { client = hex "FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF 00 01 01" },
}
