-- Version 6, a request (1) or a reply (2), two zeros, a command; the reply repeats the command and the number
-- (chrony source, candm.h).
local function check(m)
  local ask, answer = m.client, m.server
  return ask:u16(4) == answer:u16(4) and ask:u32(8) == answer:u32(16)
end

protocol "chronyc" {
  title     = "chrony monitoring and control (chronyc)",
  reference = "chrony source, candm.h; chronyc(1)",
  category  = "network",
  ports     = { "323/udp" },

  -- There are some 70 commands, 30 kinds of replies and 30 results; commands are repeated a few times.
  udp {
    client = all { bytes "06 01 00 00 00 [00-7F] 00 0? ?? ?? ?? ?? 00 00 00 00 00 00 00 00",
      length(20, 1400) },
    server = all { bytes "06 02 00 00 00 [00-7F] 00 [01-3F] 00 [00-3F] 00 00 00 00 00 00",
      length(28, 1400) },
    check = check },

  -- How exact is the clock (33).
  example { client = hex "06 01 00 00 00 21 00 00 16 66 D7 5B" .. string.rep("\0", 92),
    server = hex "06 02 00 00 00 21 00 05 00 00 00 00 00 00 00 00 16 66 D7 5B" .. string.rep("\0", 84),
    transport = "udp" },
  counterexample { client = hex "06 01 00 00 00 21 00 00 16 66 D7 5B" .. string.rep("\0", 92),
    server = hex "06 02 00 00 00 21 00 05 00 00 00 00 00 00 00 00 16 66 D7 5C" .. string.rep("\0", 84),
    transport = "udp" },
}
