-- Version 0 and the length of the options in words of four bytes, flags, the type of what is inside, a
-- network of 24 bits, a reserved byte; then the options, each with its own length (RFC 8926 section 3.4).
local function header(v)
  local length = (v:u8(0) & 0x3F) * 4
  local at, stop = 8, 8 + length
  for _ = 1, 63 do
    if at >= stop then break end
    local words = v:u8(at + 3)
    if not words or words & 0xE0 ~= 0 then return false end       -- three reserved bits
    at = at + 4 + words * 4
  end
  if at ~= stop then return false end
  local kind, first = v:u16(2), v:u8(stop)
  if not first then return false end
  if kind == 0x0800 then return first >> 4 == 4 end
  if kind == 0x86DD then return first >> 4 == 6 end
  -- Ethernet: its own type stands after both addresses.
  local inner, after = v:u16(stop + 12), v:u8(stop + 14)
  if not after then return false end
  if inner == 0x0800 then return after >> 4 == 4 end
  if inner == 0x86DD then return after >> 4 == 6 end
  return inner == 0x0806 or inner == 0x8100 or inner == 0x88A8 or inner == 0x88CC or inner == 0x8847
end

protocol "geneve" {
  title     = "Generic Network Virtualization Encapsulation",
  reference = "RFC 8926 section 3.4",
  category  = "tunnel",
  ports     = { "6081/udp" },
  tunnel    = "geneve",

  -- Version 0; 6558: Ethernet; 0800 and 86DD: IP.  Tunnel ends send from a port of their own: every flow is
  -- one-way.
  udp { either = all { bytes "[00-3F] [00,40,80,C0]",
    any { at(2, bytes "65 58 ?? ?? ?? 00"), at(2, bytes "08 00 ?? ?? ?? 00"), at(2, bytes "86 DD ?? ?? ?? 00") } },
        alone = { "client", "server" },
        check = function(m) return (not m.client or header(m.client))
        and (not m.server or header(m.server)) end },

  example { client = hex "00 00 65 58 00 00 2A 00 02 00 00 00 00 02 02 00 00 00 00 01 08 00 45 00 00 1C" },
  example { client = hex "02 40 08 00 00 00 2A 00 01 02 03 01 11 22 33 44 45 00 00 1C" },
  counterexample { client = hex "02 00 08 00 00 00 2A 00 01 02 03 04 11 22 33 44 45 00 00 1C" },
}
