-- Packets of type, status, length (big end first), channel, number, zero.  A client opens with a pre-login (12) whose first
-- token, version, points behind the tokens; the server answers with type 04 (MS-TDS 2.2.1.1, 2.2.6.5).
local function check(m)
  local v = m.client
  if not v then return m.server:u16(2) < 200 end
  local tokens = v:u16(9)
  return tokens == nil or tokens >= 6 and tokens < 100
end

protocol "mssql" {
  title     = "Microsoft SQL Server (TDS)",
  reference = "MS-TDS 2.2.1.1, 2.2.3.1 and 2.2.6.5",
  category  = "database",
  ports     = { "1433/tcp" },
  alternates = { "1434/tcp", "14330/tcp" },

  -- 12 01: pre-login, last packet; token 00 (version) of six bytes.  The answer is the same list in a packet of type 04.
  tcp { client = bytes "12 01 00 ?? 00 00 ?? 00 00 00 ?? 00 06", server = bytes "04 01 0? ?? 00 ?? ?? 00",
    alone = "client", check = check },
  tcp { server = bytes "04 01 00 ?? 00 00 ?? 00 00 00 ?? 00 06 01", alone = "server" },
  -- A login (10) without pre-login, as old clients do.
  tcp { client = bytes "10 01 0? ?? 00 00 ?? 00", server = bytes "04 01 0? ?? 00 ?? ?? 00" },

  fields {
    server = function(m)
      local v = m.server
      local at = v and v:u8(8) == 0 and v:u16(9)
      local build = at and v:u16(8 + at + 2)
      if not build then return {} end
      return { product = "Microsoft SQL Server", version = string.format("%d.%d.%d", v:u8(8 + at), v:u8(9 + at), build) }
    end,
  },

  example {
    client = hex "12 01 00 1A 00 00 00 00 00 00 0B 00 06 01 00 11 00 01 FF 0F 00 07 D0 00 00 00",
    server = hex "04 01 00 1A 00 00 01 00 00 00 0B 00 06 01 00 11 00 01 FF 0F 00 10 09 00 00 02",
  },
  counterexample { client = hex "12 01 00 1A 00 00 00 00 16 03 01" },
}
