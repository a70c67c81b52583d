-- Six bytes FF, then the sleeper's address sixteen times, then a password of 0, 4 or 6 bytes (AMD Magic
-- Packet Technology).
local function check(m)
  local v = m.client
  local high, low = v:u16(6), v:u32(8)
  if high & 0x0100 ~= 0 then return false end                    -- a group is no sleeper
  for i = 1, 15 do
    local at = 6 + 6 * i
    if v:u16(at) ~= high or v:u32(at + 2) ~= low then return false end
  end
  return high ~= 0 or low ~= 0
end

protocol "wake-on-lan" {
  title     = "Wake on LAN",
  reference = "AMD Magic Packet Technology white paper",
  category  = "management",
  -- Any port will do, customary are 7 and 9.
  dynamic   = true,

  udp { client = all { bytes "FF FF FF FF FF FF", any { length(102), length(106), length(108) } },
    alone = "client",
        check = check },

  fields { client = function(m)
    local v = m.client
    return { device = string.format("%02x:%02x:%02x:%02x:%02x:%02x", v:u8(6), v:u8(7), v:u8(8), v:u8(9),
      v:u8(10), v:u8(11)) }
  end },

  example { client = hex "FF FF FF FF FF FF" .. string.rep("\2\0\0\0\0\1", 16), transport = "udp" },
  counterexample { client = hex "FF FF FF FF FF FF" .. string.rep("\2\0\0\0\0\1", 15) .. "\2\0\0\0\0\2",
    transport = "udp" },
}
