-- Version 2, an operation (0 announce, 1 map, 2 peer), zeros, a lifetime, the client's address in 16 bytes;
-- the answer sets the top bit, has a result, a lifetime, an epoch, zeros; both repeat a nonce of 12 bytes
-- (RFC 6887 sections 7.1, 7.2 and 11.1).
local function check(m)
  if not m.client or not m.server then return true end
  return m.client:u8(1) == 0 or m.client:bytes(24, 12) == m.server:bytes(24, 12)
end

protocol "pcp" {
  title     = "Port Control Protocol",
  reference = "RFC 6887 sections 7.1, 7.2 and 11.1",
  category  = "network",
  ports     = { "5351/udp", "5350/udp" },

  -- An IPv4 client is written as ::ffff:a.b.c.d.
  udp { client = all { any { bytes "02 00 00 00", bytes "02 01 00 00", bytes "02 02 00 00" },
          at(8, bytes "00 00 00 00 00 00 00 00 00 00 FF FF"), length(24, 1100) },
        server = bytes "02 8? 00 ??", alone = "client", check = check },
  udp { client = any { bytes "02 01 00 00", bytes "02 02 00 00" },
        server = all { any { bytes "02 81 00 ??", bytes "02 82 00 ??" },
          at(12, bytes "00 00 00 00 00 00 00 00 00 00 00 00") }, check = check },

  example { transport = "udp",
    client = hex "02 01 00 00 00 00 0E 10 00 00 00 00 00 00 00 00 00 00 FF FF C0 00 02 01"
    .. "abcdefghijkl" .. hex "11 00 00 00 1F 90 00 00" .. string.rep("\0", 16) },
  example { transport = "udp",
    client = hex "02 01 00 00 00 00 0E 10 20 01 0D B8 00 00 00 00 00 00 00 00 00 00 00 01"
      .. "abcdefghijkl" .. hex "11 00 00 00 1F 90 00 00" .. string.rep("\0", 16),
    server = hex "02 81 00 00 00 00 0E 10 00 00 00 01" .. string.rep("\0", 12) .. "abcdefghijkl" },
  counterexample { transport = "udp",
    client = hex "02 01 00 00 00 00 0E 10 20 01 0D B8 00 00 00 00 00 00 00 00 00 00 00 01"
      .. "abcdefghijkl", server = hex "02 81 00 00 00 00 0E 10 00 00 00 01" .. string.rep("\0", 12)
        .. "abcdefghijkm" },
}
