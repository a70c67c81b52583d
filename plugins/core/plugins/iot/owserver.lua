-- Six numbers of four bytes in network order: version (0), length of the payload, type or result, flags, size,
-- offset; a request holds a path that ends in zero (OWFS documentation, "owserver protocol").
local function check(m)
  local v = m.client
  local length = v:u32(4)
  if v:size() < 24 + length then return more end
  return v:size() == 24 + length and v:u8(24) == 0x2F and v:u8(23 + length) == 0
end

protocol "owserver" {
  title     = "owserver (1-Wire)",
  reference = "OWFS documentation, owserver protocol",
  category  = "iot",
  ports     = { "4304/tcp" },

  -- Types: 3 read, 4 write, 5 list, 7 presence, 8, 9 and 10 list at once.
  tcp { client = bytes "00 00 00 00 00 00 [00-03] ?? 00 00 00 [03-0A] ?? 00 ?? ?? ?? ?? ?? ?? 00 00 00 00 2F",
    server = bytes "00 00 00 00 ?? ?? ?? ?? ?? ?? ?? ?? ?? 00 ?? ??", alone = "client", check = check },

  example { client = hex "00 00 00 00 00 00 00 02 00 00 00 08 00 00 01 0A 00 00 00 00 00 00 00 00" .. "/\0",
    server = hex "00 00 00 00 00 00 00 05 00 00 00 00 00 00 01 0A 00 00 00 04 00 00 00 00" .. "/bus\0" },
  example { client = hex "00 00 00 00 00 00 00 02 00 00 00 08 00 00 01 0A 00 00 00 00 00 00 00 00" .. "/\0" },
  counterexample { client = hex "00 00 00 00 00 00 00 02 00 00 00 08 00 00 01 0A 00 00 00 00 00 00 00 00" .. "/a" },
}
