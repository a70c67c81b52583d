-- Levin: the signature 0101010101012101, little-endian, a length of eight bytes, whether an answer is
-- wanted, a command: 1001 to 1007 by pairs, 2001 to 2010 by notices, then a return code, flags and version 1
-- (Monero, contrib/epee/include/net/levin_base.h).
local function header(v)
  local length, wanted, command, version = v:u32le(8), v:u8(16), v:u32le(17), v:u32le(29)
  if not version then return more end
  return v:u32le(12) == 0 and length < 100000000 and wanted <= 1 and (command == 0 or command > 1000
    and command < 2100)
    and version == 1
end

local function check(m)
  return header(m.client or m.server)
end

protocol "monero" {
  title     = "Monero (Levin)",
  reference = "Monero, contrib/epee/include/net/levin_base.h",
  category  = "blockchain",
  ports     = { "18080/tcp", "28080/tcp", "38080/tcp" },

  tcp { either = bytes "01 21 01 01 01 01 01 01", alone = { "client", "server" }, check = check },

  example { client = hex "01 21 01 01 01 01 01 01 E2 00 00 00 00 00 00 00 01 E9 03 00 00 00 00 00 00 01 \z
    00 00 00 01 00 00 00",
    server = hex "01 21 01 01 01 01 01 01 E2 10 00 00 00 00 00 00 00 E9 03 00 00 01 00 00 00 02 00 00 00 \z
      01 00 00 00" },
  counterexample { client = hex "01 21 01 01 01 01 01 01 E2 00 00 00 00 00 00 00 07 E9 03 00 00 00 00 00 \z
    00 01 00 00 00 01 00 00 00" },
}
