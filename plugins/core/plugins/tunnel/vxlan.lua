-- 8 bytes: flags with only the I bit set, three reserved bytes, a network of 24 bits, a reserved byte; then
-- an Ethernet frame (RFC 7348 section 5).

-- The frame's type must be one that occurs, and what follows must agree with it.
local function frame(v, at)
  local kind, next_byte = v:u16(at + 12), v:u8(at + 14)
  if not next_byte then return false end
  if kind == 0x0800 then return next_byte >> 4 == 4 end
  if kind == 0x86DD then return next_byte >> 4 == 6 end
  if kind == 0x0806 then return v:u16(at + 14) == 1 end
  -- spanning tree, SNAP, IS-IS
  if kind < 1500 then return v:u8(at + 14) == 0x42 or v:u8(at + 14) == 0xAA or v:u8(at + 14) == 0xFE end
  return kind == 0x8100 or kind == 0x88A8 or kind == 0x88CC or kind == 0x8847 or kind == 0x8809
    or kind == 0x8863
    or kind == 0x8864
end

protocol "vxlan" {
  title     = "Virtual eXtensible LAN",
  reference = "RFC 7348 section 5",
  category  = "tunnel",
  ports     = { "4789/udp", "8472/udp" },
  tunnel    = "vxlan",

  -- Each tunnel end sends from its own port to the other's: every flow is one-way.
  udp { either = bytes "08 00 00 00 ?? ?? ?? 00", alone = { "client", "server" },
        check = function(m) return (not m.client or frame(m.client, 8))
        and (not m.server or frame(m.server, 8)) end },

  example { client = hex "08 00 00 00 00 00 2A 00 02 00 00 00 00 02 02 00 00 00 00 01 08 00 45 00 00 1C" },
  counterexample {
    client = hex "08 00 00 00 00 00 2A 00 02 00 00 00 00 02 02 00 00 00 00 01 08 00 65 00 00 1C" },
  counterexample { client = hex "08 00 00 00 00 00 2A 01" },
}
