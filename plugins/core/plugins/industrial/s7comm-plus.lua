-- Newer Siemens controllers: the same ISO connection as S7, then data (F0) that begins with 72 and a
-- version, 1 to 3 (FE: keep alive).  Engineering stations and panels ask for selectors that begin with
-- SIMATIC-ROOT.
local function check(m)
  local v = m.client
  if not v or v:u8(5) ~= 0xE0 then return true end
  local after = v:u16(2)
  local data = v:u8(after + 7)
  -- The name in the selector is enough; otherwise the first data must say it.
  if v:find(11, "SIMATIC-ROOT") then return true end
  if not data then return m.server ~= nil and more or false end
  return v:u8(after + 5) == 0xF0 and data == 0x72
end

-- Short requests stand in one packet of less than 4 KB.
local data = any { bytes "03 00 [00-0F] ?? 02 F0 80 72 [01-03] [00-0F]",
  bytes "03 00 00 ?? 02 F0 80 72 FE 00" }

protocol "s7comm-plus" {
  title     = "Siemens S7 communication plus (S7comm-plus)",
  reference = "RFC 1006, ISO 8073; protocol id 72 is not published",
  category  = "industrial",
  shares    = { "102/tcp" },                                     -- of S7

  tcp { client = bytes "03 00 00 ?? ?? E0 00 00 ?? ?? 0?", server = bytes "03 00 00 ?? ?? D0",
    check = check },
  tcp { either = data, alone = { "client", "server" } },

  example {
    client = hex "03 00 00 24 1F E0 00 00 00 05 00 C1 02 06 00 C2 10 53 49 4D 41 54 49 43 2D 52 4F 4F" ..
      hex "54 2D 48 4D 49 C0 01 0A",
    server = hex "03 00 00 24 1F D0 00 05 00 07 00 C0 01 0A C1 02 06 00 C2 10 53 49 4D 41 54 49 43 2D" ..
      hex "52 4F 4F 54 2D 48 4D 49",
  },
  example { server = hex "03 00 00 1E 02 F0 80 72 01 00 0F 32 00 00 04 CA 00 00 00 02 36 11 02 87 24 87" ..
    hex "2D 72 01 00 00" },
  counterexample {
    client = hex "03 00 00 16 11 E0 00 00 00 01 00 C1 02 01 00 C2 02 01 02 C0 01 0A 03 00 00 19 02 F0" ..
      hex "80 32 01 00 00",
    server = hex "03 00 00 16 11 D0 00 01 00 02 00 C0 01 0A C1 02 01 00 C2 02 01 02",
  },
}
