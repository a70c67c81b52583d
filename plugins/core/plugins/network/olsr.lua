-- The length of the packet, a sequence, then messages: type (1 hello, 2 topology, 3 interfaces, 4 networks),
-- validity, size, originator, time to live, hops, sequence; they fill the packet (RFC 3626 section 3.3).
local function packet(v)
  local size, at, ipv6 = v:size(), 4, 0
  if v:u16(0) ~= size then return false end
  for _ = 1, 12 do
    local kind, extent = v:u8(at), v:u16(at + 2)
    if not extent or kind < 1 or extent < 12 or extent % 4 ~= 0 or at + extent > size then return false end
    -- With IPv4 the hops stand 9 behind: a message has not come further than its time to live allowed.
    if v:u8(at + 8) == 0 or v:u8(at + 9) > 64 and v:u8(at + 20) == 0 then return false end
    at = at + extent
    if at == size then return true end
  end
  return size >= 1024
end

protocol "olsr" {
  title     = "Optimized Link State Routing",
  reference = "RFC 3626 sections 3.3 and 18.2",
  category  = "network",
  ports     = { "698/udp" },

  udp { client = all { bytes "[00-05] ?? ?? ?? [01-04] ?? 0? ??", length(16, 1500) }, alone = "client",
    check = function(m) return packet(m.client) and (not m.server or packet(m.server)) end },

  example { client = hex "00 14 00 01 01 86 00 10 C0 00 02 01 01 00 00 07 00 00 05 03", transport = "udp" },
  counterexample { client = hex "00 14 00 01 01 86 00 0C C0 00 02 01 01 00 00 07 00 00 05 03",
    transport = "udp" },
}
