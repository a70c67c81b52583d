-- A command, version 1, zeros, then entries of 20 bytes: a prefix, a tag, its length (up to 128), a metric of
-- 1 to 16, or 255 for a next hop (RFC 2080 section 2).  The request for everything is the same, byte for
-- byte, as that of RIP version 1.
local function answer(v)
  local size = v:size()
  if size < 24 or (size - 4) % 20 ~= 0 then return false end
  for at = 4, math.min(size, 604) - 20, 20 do
    local bits, metric = v:u8(at + 18), v:u8(at + 19)
    if bits > 128 or (metric < 1 or metric > 16) and metric ~= 255 then return false end
    -- Next hops and most prefixes: global, unique local or link-local unicast, or the default route.
    local first = v:u8(at)
    if not (first >> 5 == 1 or first >> 1 == 0x7E or first == 0xFE or first == 0
      and bits == 0) then return false end
    if bits <= 64 and v:u32(at + 8) ~= 0 and metric ~= 255 then return false end
  end
  return true
end

protocol "ripng" {
  title     = "RIP next generation (RIPng)",
  reference = "RFC 2080 section 2.1",
  category  = "network",
  ports     = { "521/udp" },

  udp { client = any { bytes "02 01 00 00 [20-3f]", bytes "02 01 00 00 [fc-fe]",
    bytes "02 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 ?? ?? 00" }, alone = "client",
    check = function(m) return answer(m.client) end },

  example { client = hex "02 01 00 00 20 01 0D B8 00 01 00 00 00 00 00 00 00 00 00 00 00 00 40 01",
    transport = "udp" },
  counterexample { client = hex "02 01 00 00 00 02 00 00 C0 00 02 00 00 00 00 00 00 00 00 00 00 00 00 01",
    transport = "udp" },
}
