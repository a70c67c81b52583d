-- A version (1 to 6), a type, a length, an id; both sides open with HELLO, type 0 (OpenFlow switch
-- specification 1.3, section A.1).

-- A hello of 8 bytes is bare; a longer one holds an element of type 1 with a bitmap of versions.
local function hello(v)
  local length, kind, size = v:u16(2), v:u16(8), v:u16(10)
  if length == 8 then return true end
  return length > 8 and length <= 64 and kind == 1 and size ~= nil and size >= 4
end

protocol "openflow" {
  title     = "OpenFlow",
  reference = "OpenFlow switch specification 1.3.5 section A.1",
  category  = "network",
  ports     = { "6653/tcp", "6633/tcp" },

  tcp { either = any { bytes "01 00 00 08", bytes "04 00 00 ??", bytes "05 00 00 ??", bytes "06 00 00 ??" },
        check = function(m) return hello(m.client) and hello(m.server) end },

  example { client = hex "04 00 00 10 00 00 00 01 00 01 00 08 00 00 00 10",
    server = hex "04 00 00 08 00 00 00 02" },
  counterexample { client = hex "04 00 00 10 00 00 00 01 00 09 00 08",
    server = hex "04 00 00 08 00 00 00 02" },
}
