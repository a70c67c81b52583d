-- The identity's length and type, the signature's length and hash, authentication and operation, the next
-- header, the time, the identity, the signature; then the packet (draft-massar-v6ops-ayiya-02, section 4).
-- Tunnels use an identity of 16 bytes, and SHA-1 (20 bytes: five words, hash 2).
local function check(m)
  local v = m.client or m.server
  local at = 8 + (1 << (v:u8(0) >> 4)) + (v:u8(1) >> 4) * 4
  local next_header, first = v:u8(3), v:u8(at)
  if v:u32(4) < 0x3B9ACA00 then return false end                 -- the time: since 2001
  if next_header == 0x3B then return v:size() >= at end
  return first ~= nil and first >> 4 == (next_header == 0x29 and 6 or 4)
end

protocol "ayiya" {
  title     = "Anything In Anything (AYIYA)",
  reference = "draft-massar-v6ops-ayiya-02 sections 4.1 to 4.4",
  category  = "tunnel",
  ports     = { "5072/udp", "5072/tcp" },

  -- Next header: 29 IPv6, 04 IPv4, 3B none (a heartbeat).
  udp { either = any { bytes "[40-44] 52 [10-1f] 29", bytes "[40-44] 52 [10-1f] 04",
    bytes "[40-44] 52 [10-1f] 3B" },
    alone = { "client", "server" }, check = check },

  example { client = hex "41 52 11 29 65 00 00 00" .. string.rep("\x20", 36) .. hex "60 00 00 00",
    transport = "udp" },
  counterexample { client = hex "41 52 11 29 65 00 00 00" .. string.rep("\x20", 36) .. hex "45 00 00 00",
    transport = "udp" },
}
