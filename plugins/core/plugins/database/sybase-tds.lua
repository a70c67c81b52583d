-- A login of TDS 5: packet type 02 in blocks of 512 bytes, then a record of fixed places: names of 30 bytes
-- with their length behind, how numbers and dates are written, and at 458 the version (Sybase TDS 5.0
-- specification, login record).
local function check(m)
  local v = m.client
  local host, user, version = v:u8(38), v:u8(69), v:u32(466)
  if not version then return more end
  return host <= 30 and user <= 30 and version == 0x05000000
end

protocol "sybase-tds" {
  title     = "Sybase TDS (ASE, TDS 5)",
  reference = "Sybase TDS 5.0 functional specification, login record",
  category  = "database",
  ports     = { "4100/tcp" },
  shares    = { "5000/tcp" },
  alternates = { "2638/tcp", "5001-5010/tcp", "7100/tcp" },

  -- At 132: the client's form of two and four byte numbers, characters, floats, dates.
  tcp { client = all { bytes "02 [00-01] 02 00 00 00 0? 00", at(132,
      bytes "[02-03] [00-01] [06-07] ?? [08-09]") },
    server = bytes "04 0? ?? ?? 00 ?? 0? 00", alone = "client", check = check },

  fields {
    client = function(m)
      local size = m.client:u8(38)
      return size and size > 0 and size <= 30 and { hostname = m.client:bytes(8, size) } or {}
    end,
    server = [[(?s)\xad..[\x05-\x07]\x05\x00\x00\x00.(?<product>[A-Za-z][\x20-\x7e]{2,40})]],
  },

  example { client = hex "02 00 02 00 00 00 00 00" .. "host" .. string.rep("\0", 26) .. "\4" .. "sa" ..
      string.rep("\0", 28) .. "\2" .. string.rep("\0", 62) .. hex "03 01 06 0A 09 01" .. string.rep("\0",
          328) ..
      hex "05 00 00 00 00 00", server = hex "04 01 00 40 00 00 01 00 E3" },
  -- The answer: a change of database (E3), TDS 5.0 acknowledged (AD) by ASE 16.0, done (FD).
  example { client = hex "02 00 02 00 00 00 00 00" .. "host" .. string.rep("\0", 26) .. "\4" ..
      "sa" .. string.rep("\0", 28) .. "\2" .. string.rep("\0", 62) .. hex "03 01 06 0A 09 01" ..
      string.rep("\0", 328) .. hex "05 00 00 00 00 00",
    server = hex "04 01 00 2D 00 00 00 00 E3 09 00 01 06" .. "master" ..
      hex "00 AD 0D 00 05 05 00 00 00 03 41 53 45 10 00 00 00 FD 00 00 00 00 00 00 00 00" },
  counterexample { client = hex "02 00 02 00 00 00 00 00" .. "host" .. string.rep("\0", 26) .. "\4" .. "sa" ..
      string.rep("\0", 28) .. "\2" .. string.rep("\0", 62) .. hex "03 01 06 0A 09 01" .. string.rep("\0",
          328) ..
      hex "04 02 00 00 00 00", server = hex "04 01 00 40 00 00 01 00 E3" },
}
