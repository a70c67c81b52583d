-- A ping outside of the encrypted connection: four zeros and eight bytes, which come back behind the
-- server's version; then users, their limit and the bandwidth (Mumble documentation, UDP ping).
local function check(m)
  return m.client:bytes(4, 8) == m.server:bytes(4, 8) and m.server:u32(12) <= m.server:u32(16)
end

protocol "mumble" {
  title     = "Mumble server ping",
  reference = "Mumble documentation: querying server information over UDP",
  category  = "voice",
  ports     = { "64738/udp" },

  udp { client = all { bytes "00 00 00 00", length(12) },
    server = all { bytes "00 [01-02] ?? ??", length(24) }, check = check },

  fields { server = function(m)
    local v = m.server
    if not v or not v:u32(16) then return {} end
    return { product = "Murmur", version = string.format("%d.%d.%d", v:u16(0), v:u8(2), v:u8(3)),
      info = string.format("%d of %d users", v:u32(12), v:u32(16)) }
  end },

  example { client = hex "00 00 00 00 01 02 03 04 05 06 07 08", transport = "udp",
    server = hex "00 01 04 02 01 02 03 04 05 06 07 08 00 00 00 03 00 00 00 0A 00 02 22 E0" },
  counterexample { client = hex "00 00 00 00 01 02 03 04 05 06 07 08", transport = "udp",
    server = hex "00 01 04 02 01 02 03 04 05 06 07 09 00 00 00 03 00 00 00 0A 00 02 22 E0" },
}
