-- The client opens with procedure 0 (init), a version and its user's name; the server answers with status 0
-- and its version (SANE standard section 5.2).  A version is major 1, minor 0 (1 since sane-backends 1.1) and
-- the network build, 2 or 3.
local function check(m)
  local length = m.client:u32(8)
  if not length then return more end
  return length <= 64 and (length == 0 or m.client:size() < 12 + length or m.client:u8(11 + length) == 0)
end

protocol "sane" {
  title     = "SANE network scanning",
  reference = "SANE standard version 1 section 5.2",
  category  = "print",
  ports     = { "6566/tcp" },

  tcp { client = bytes "00 00 00 00 01 [00-01] 00 [02-03] 00 00 00 ??",
    server = bytes "00 00 00 00 01 [00-01] 00 [02-03]",
        check = check },

  fields { client = [[^.{12}(?<info>[\x21-\x7e]{1,63})\x00]] },

  example { client = hex "00 00 00 00 01 00 00 03 00 00 00 04 62 6F 62 00",
    server = hex "00 00 00 00 01 00 00 03" },
  example { client = hex "00 00 00 00 01 01 00 03 00 00 00 04 62 6F 62 00",
    server = hex "00 00 00 00 01 01 00 03" },
  counterexample { client = hex "00 00 00 00 01 00 00 00 00 00 00 04 62 6F 62 00",
    server = hex "00 00 00 00 01 00 00 00" },
}
