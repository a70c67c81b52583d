-- Six numbers of four bytes in network order: version, length of the payload, type or result, flags, size,
-- offset; a request holds a path that ends in zero, and behind it what is to be written.  Servers in a chain
-- count tokens in the version, of 16 bytes each, which follow the payload (OWFS documentation, "owserver
-- protocol").
local function check(m)
  local v = m.client
  local path_end = 24 + v:u32(4)
  local whole = path_end + 16 * v:u16(2)
  if v:size() < whole then return more end
  local zero = v:find(24, "\0")
  return v:size() == whole and zero ~= nil and zero < path_end
end

protocol "owserver" {
  title     = "owserver (1-Wire)",
  reference = "OWFS documentation, owserver protocol",
  category  = "iot",
  ports     = { "4304/tcp" },

  -- Types: 2 read, 3 write, 4 list, 5 size, 6 presence, 7 to 10 get or list at once.  Flags: the form of device
  -- names, then the scales of temperature and pressure.
  tcp { client = bytes "00 [00-01] 00 ?? 00 00 [00-03] ?? 00 00 00 [02-0A] [00-05] [00-1F] ?? ?? \z
      ?? ?? ?? ?? 00 00 ?? ?? [2E-39,41-5A,61-7A]",
    server = bytes "00 00 00 00 ?? ?? ?? ?? ?? ?? ?? ?? [00-05] [00-1F] ?? ??",
    alone = "client", check = check },

  example { client = hex "00 00 00 00 00 00 00 02 00 00 00 08 00 00 01 0A 00 00 00 00 00 00 00 00" .. "/\0",
    server = hex "00 00 00 00 00 00 00 05 00 00 00 00 00 00 01 0A 00 00 00 04 00 00 00 00" .. "/bus\0" },
  example { client = hex "00 00 00 00 00 00 00 02 00 00 00 08 00 00 01 0A 00 00 00 00 00 00 00 00" .. "/\0" },
  -- A read in Fahrenheit, a path without a slash.
  example { client = hex "00 00 00 00 00 00 00 13 00 00 00 02 00 01 01 0A 00 00 10 00 00 00 00 00"
      .. "28.A1/temperature9\0",
    server = hex "00 00 00 00 00 00 00 02 00 00 00 02 00 01 01 0A 00 00 00 02 00 00 00 00" .. "68" },
  -- From the middle of a memory.
  example { client = hex "00 00 00 00 00 00 00 11 00 00 00 02 00 00 01 0A 00 00 00 20 00 00 01 40"
      .. "/23.A1/pages/ALL\0",
    server = hex "00 00 00 00 00 00 00 03 00 00 00 03 00 00 01 0A 00 00 00 03 00 00 01 40" .. "abc" },
  -- A write: the value stands behind the path.
  example { client = hex "00 00 00 00 00 00 00 0F 00 00 00 03 00 00 01 0A 00 00 00 02 00 00 00 00"
      .. "/28.A1/alarm\00021",
    server = hex "00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 0A 00 00 00 02 00 00 00 00" },
  -- A server asks the next one, with its token.
  example { client = hex "00 01 00 01 00 00 00 02 00 00 00 04 00 00 01 04 00 00 00 00 00 00 00 00" .. "/\0"
    .. string.rep("\xA5", 16) },
  counterexample { client = hex "00 00 00 00 00 00 00 02 00 00 00 08 00 00 01 0A 00 00 00 00 00 00 00 00"
    .. "/\0" .. string.rep("\xA5", 16) },
  counterexample { client = hex "00 01 00 01 00 00 00 02 00 00 00 04 00 00 01 04 00 00 00 00 00 00 00 00"
    .. "/a" .. string.rep("\0", 16) },
  counterexample { client = hex "00 00 00 00 00 00 00 02 00 00 00 08 00 00 01 0A 00 00 00 00 00 00 00 00" .. "/a" },
}
