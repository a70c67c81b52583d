-- Version 2: a kind, the version, the length, a domain, flags, a correction, a clock, a sequence, a control
-- field that goes with the kind, an interval (IEEE 1588-2008 section 13.3).  Version 1: both versions 1 and a
-- subdomain such as _DFLT (IEEE 1588-2002, annex D).
local controls = { [0] = 0, [1] = 1, [8] = 2, [9] = 3, [13] = 4 }

local function check(m)
  local v = m.client or m.server
  local kind, length, size, control = v:u8(0) & 15, v:u16(2), v:size(), v:u8(32)
  if not control then return false end
  -- 1588-2019 lets the control field be zero; over IPv6 two bytes of padding may follow.
  return length <= size and length + 2 >= size and (control == (controls[kind] or 5) or control == 0)
    and v:u16(28) ~= 0
end

local function sync(kinds, size)
  return all { any { bytes(kinds .. " [02-12] 00 " .. size) }, length(44, 66) }
end

protocol "ptp" {
  title     = "Precision Time Protocol",
  reference = "IEEE 1588-2008 section 13.3 and annex D, IEEE 1588-2002 annex D",
  category  = "network",
  ports     = { "319/udp", "320/udp" },

  -- Sync 0, delay request 1, follow up 8: 44 bytes; peer delay 2, 3, A, delay response 9: 54; announce B: 64.
  udp { either = any { sync("?0", "2C"), sync("?1", "2C"), sync("?8", "2C"), sync("?2", "36"), sync("?3",
    "36"),
    sync("?A", "36"), sync("?9", "36"), sync("?B", "40") }, alone = { "client", "server" }, check = check },
  -- Signalling C and management D are longer.
  udp { either = all { any { bytes "?C 02 00", bytes "?D 02 00", bytes "?C 12 00", bytes "?D 12 00" },
    at(32, bytes "[04-05]"), at(16, bytes "00 00 00 00") },
    alone = { "client", "server" }, check = check },
  udp { either = any { bytes "00 01 00 01 5F 44 46 4C 54", bytes "00 01 00 01 5F 41 4C 54" },
    alone = { "client", "server" } },

  example { client = hex "00 02 00 2C 00 00 02 00" .. string.rep("\0", 12)
    .. hex "00 11 22 FF FE 33 44 55 00 01 00 07 00 00" .. string.rep("\0", 10), transport = "udp" },
  example { client = hex "0D 02 00 30 00 00 04 00" .. string.rep("\0", 12)
    .. hex "00 11 22 FF FE 33 44 55 00 01 00 07 04 7F" .. string.rep("\xFF", 14), transport = "udp" },
  example { client = hex "00 01 00 01" .. "_DFLT" .. string.rep("\0", 20), transport = "udp" },
  counterexample { client = hex "00 02 00 2C 00 00 02 00" .. string.rep("\0", 12)
    .. hex "00 11 22 FF FE 33 44 55 00 01 00 07 03 00" .. string.rep("\0", 10), transport = "udp" },
}
