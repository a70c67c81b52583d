-- A type from 1 to 13, a transaction of three bytes, then options of code, length and value to the end (RFC
-- 8415 section 8). Relays wrap messages: types 12 and 13, a hop count and two addresses.
local function message(v)
  local kind = v:u8(0)
  local at = (kind == 12 or kind == 13) and 34 or 4
  local stop, count = v:size(), 0
  for _ = 1, 40 do
    -- Every message but a relayed one and a plain question has two options or more.
    if at == stop then return count > 1 or count > 0 and kind >= 11 end
    local code, length = v:u16(at), v:u16(at + 2)
    if not length or code == 0 or code > 300 then return false end
    at, count = at + 4 + length, count + 1
    if at > stop then return false end
  end
  return false
end

local function check(m)
  return (not m.client or message(m.client)) and (not m.server or message(m.server))
end

-- Solicit 1, request 3, confirm 4, renew 5, rebind 6, release 8, decline 9, information 11, relayed 12 |
-- advertise 2, reply 7, reconfigure 10, relayed back 13.  The first option is an identifier (1, 2), elapsed
-- time (8) or the like: 00 0x.
local ask = any { bytes "01 ?? ?? ?? 00", bytes "03 ?? ?? ?? 00", bytes "04 ?? ?? ?? 00",
  bytes "05 ?? ?? ?? 00",
  bytes "06 ?? ?? ?? 00", bytes "08 ?? ?? ?? 00", bytes "09 ?? ?? ?? 00", bytes "0B ?? ?? ?? 00",
  bytes "0C 0?" }
local answer = any { bytes "02 ?? ?? ?? 00", bytes "07 ?? ?? ?? 00", bytes "0A ?? ?? ?? 00", bytes "0D 0?" }

protocol "dhcpv6" {
  title     = "Dynamic Host Configuration Protocol for IPv6 (DHCPv6)",
  reference = "RFC 8415 sections 8, 9 and 21.1",
  category  = "network",
  ports     = { "547/udp", "546/udp" },

  udp { client = all { ask, length(12, 1500) }, server = all { answer, length(12, 1500) }, alone = { "client",
    "server" }, check = check },

  example { client = hex "01 AA BB CC 00 01 00 0A 00 03 00 01 02 00 00 00 00 01 00 08 00 02 00 00" },
  counterexample { client = hex "01 AA BB CC 00 01 00 0A 00 03 00 01" },
}
