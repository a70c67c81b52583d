-- Little end first: a length, then 1 (handshake), a version of three words, a kind of client (0 ODBC, 1 JDBC,
-- 2 thin).  The server answers its length and 1, or 0 with the version that it speaks.
local function check(m)
  local length = m.client:u32le(0)
  if length < 8 or length > 4096 then return false end
  if m.server and m.server:u32le(0) > 65536 then return false end
  if not m.server then return m.client:size() == length + 4 end
  return m.client:size() >= length + 4 or more
end

protocol "ignite" {
  title     = "Apache Ignite (thin clients)",
  reference = "Apache Ignite documentation, binary client protocol: handshake",
  category  = "database",
  ports     = { "10800/tcp" },
  alternates = { "10801-10810/tcp" },

  -- Versions 1.0 to 2.15, whose last word is small.
  tcp { client = bytes "?? ?? 00 00 01 [01-02] 00 0? 00 0? 00 [00-02]", server = any { bytes "?? ?? 00 00 01",
    bytes "?? ?? 00 00 00 [01-02] 00 0? 00 0? 00" }, alone = "client", check = check },

  fields {
    client = function(m)
      local v = m.client
      return { protocol_version = string.format("%d.%d.%d", v:u16le(5), v:u16le(7), v:u16le(9)) }
    end,
  },

  example { client = hex "08 00 00 00 01 01 00 07 00 00 00 02", server = hex "01 00 00 00 01" },
  example { client = hex "08 00 00 00 01 01 00 07 00 00 00 02" },
  counterexample { client = hex "08 00 00 00 01 01 00 07 00 00 00 07", server = hex "01 00 00 00 01" },
}
