-- 42, version 2, the body's length; then elements of type, length, value (0 is one byte of padding) that fill
-- the body; what follows is a trailer (RFC 8966 sections 4.2 and 4.3).
local function packet(v)
  local size, length, at = v:size(), v:u16(2), 4
  if not length or length < 2 or length + 4 > size or size > length + 4 + 80 then return false end
  local last = length + 4
  for _ = 1, 60 do
    local kind, extent = v:u8(at), v:u8(at + 1)
    if not kind or kind > 40 and kind < 224 then return false end
    if kind == 0 then extent = -1 end
    if not extent then return false end
    at = at + 2 + extent
    if at >= last then return at == last end
  end
  return true
end

protocol "babel" {
  title     = "Babel routing protocol",
  reference = "RFC 8966 sections 4.2 to 4.6",
  category  = "network",
  ports     = { "6696/udp" },

  udp { client = bytes "2A 02 [00-05] ?? [00-20]", alone = "client",
    check = function(m) return packet(m.client) and (not m.server or packet(m.server)) end },

  example { client = hex "2A 02 00 08 04 06 00 00 00 01 01 90", transport = "udp" },
  counterexample { client = hex "2A 02 00 08 04 07 00 00 00 01 01 90", transport = "udp" },
}
