-- Meters over TCP, as on the wire: 10, a control byte, an address, a sum, 16 asks; 68, the length twice,
-- 68, control 08, an address, a kind of data, a sum, 16 answers (EN 13757-2 section 5).
local function short(v)
  local control, address = v:u8(1), v:u8(2)
  return v:u8(3) == (control + address) & 255
end
local function long(v)
  local length = v:u8(1)
  if length ~= v:u8(2) or length < 3 then return false end
  if v:size() < length + 6 then return more end
  local sum = 0
  for at = 4, 3 + length do sum = sum + v:u8(at) end
  return v:u8(4 + length) == sum & 255 and v:u8(5 + length) == 0x16
end
local function check(m)
  return short(m.client) and long(m.server)
end

protocol "m-bus" {
  title     = "Meter-Bus over TCP",
  reference = "EN 13757-2 section 5, EN 13757-3",
  category  = "industrial",
  dynamic   = true,                                              -- converters choose their port

  -- 40 resets, 5A to 7B ask for data; some masters wait for that reset's E5 first.
  tcp { client = any { bytes "10 5? ?? ?? 16", bytes "10 7? ?? ?? 16" },
    server = bytes "68 ?? ?? 68 [08-38] ?? [70-7F]",
        check = check },
  tcp { client = bytes "10 40 ?? ?? 16", server = bytes "E5 68 ?? ?? 68 [08-38] ?? [70-7F]",
        check = function(m) return short(m.client) end },

  example { client = hex "10 5B 01 5C 16",
    server = hex "68 13 13 68 08 01 72 78 56 34 12 24 40 01 07 55 00 00 00 03 13 15 31 AC 16" },
  example { client = hex "10 40 01 41 16 10 5B 01 5C 16",
    server = hex "E5 68 13 13 68 08 01 72 78 56 34 12" },
  counterexample { client = hex "10 5B 01 5D 16", server = hex "68 04 04 68 08 01 72 00 7B 16" },
}
