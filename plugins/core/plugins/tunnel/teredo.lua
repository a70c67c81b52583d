-- An IPv6 packet in a datagram, perhaps after an origin indication (00 00, port, address) and authentication
-- (00 01) (RFC 4380 section 5.1.1).  Teredo addresses begin with 2001:0000; solicitations come from
-- link-local ones.
local function packet(v)
  local at = 0
  if v:u16(0) == 1 then
    local id, value = v:u8(2), v:u8(3)
    if not value then return false end
    -- a nonce of 8 bytes and a confirmation byte end it
    at = 13 + id + value
  end
  if v:u16(at) == 0 then at = at + 8 end
  local first, length = v:u8(at), v:u16(at + 4)
  if not length or first >> 4 ~= 6 then return false end
  -- The datagram ends with the packet (or the capture cut it short), or with trailers: type, length, value
  -- (RFC 6081).
  local stop = at + 40 + length
  for _ = 1, 6 do
    if v:size() <= stop then break end
    local kind, size = v:u8(stop), v:u8(stop + 1)
    if not size or kind == 0 or kind > 5 then return false end
    stop = stop + 2 + size
  end
  if v:u32(at + 8) == 0x20010000 or v:u32(at + 24) == 0x20010000 then return true end
  return v:u16(at + 8) == 0xFE80 and (v:u16(at + 24) == 0xFF02 or v:u16(at + 24) == 0xFE80)
end

local function check(m)
  return (not m.client or packet(m.client)) and (not m.server or packet(m.server))
end

protocol "teredo" {
  title     = "Teredo: IPv6 through NAT",
  reference = "RFC 4380 section 5.1.1",
  category  = "tunnel",
  ports     = { "3544/udp" },
  tunnel    = "teredo",

  udp {
    either = any {
      all { bytes "6? ?? ??", any { at(8, bytes "20 01 00 00"), at(24, bytes "20 01 00 00") } },
      all { bytes "60 00 00 00", at(8, bytes "FE 80") },
      all { bytes "00 00", at(8, bytes "6?"), any { at(16, bytes "20 01 00 00"), at(32, bytes "20 01 00 00"),
        at(16, bytes "FE 80") } },
      all { bytes "00 01 00 00",
        any { at(13, bytes "6?"), all { at(13, bytes "00 00"), at(21, bytes "6?") } } },
    },
    alone = { "client", "server" }, check = check,
  },

  example { client = hex "60 00 00 00 00 00 3B 15 20 01 00 00 00 00 00 00 00 00 00 00 00 00 00 01 FE 80 00 00 00 00 00 00 00 00 00 00 00 00 00 02" },
  counterexample { client = hex "60 00 00 00 00 00 3B 15 20 02 00 00 00 00 00 00 00 00 00 00 00 00 00 01 20 02 00 00 00 00 00 00 00 00 00 00 00 00 00 02" },
}
