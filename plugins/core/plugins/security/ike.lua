-- Two SPIs of 8 bytes, the next payload, the version (1.0 or 2.0), an exchange, flags, an id, the length of
-- the whole (RFC 7296 section 3.1, RFC 2408 section 3.1).  On 4500, four zero bytes come first (RFC 3948).
local function message(v, base)
  local version, exchange, length = v:u8(base + 17), v:u8(base + 18), v:u32(base + 24)
  if not length or length < 28 or length > 65535 or v:u32(base) == 0
    and v:u32(base + 4) == 0 then return false end
  if v:size() > base + length + 4 or v:u8(base + 19) & 0xC0 ~= 0 then return false end
  -- 1.0: base, identity, authentication, aggressive, information, transaction, quick mode, new group.
  if version == 0x10 then return exchange >= 1 and exchange <= 6 or exchange == 32 or exchange == 33 end
  return version >> 4 == 2 and exchange >= 34 and exchange <= 44
end

local function datagrams(m)
  return (not m.client or message(m.client, 0)) and (not m.server or message(m.server, 0))
end
local function behind_nat(m)
  return (not m.client or message(m.client, 4)) and (not m.server or message(m.server, 4))
end

protocol "ike" {
  title     = "Internet Key Exchange",
  reference = "RFC 7296 section 3.1, RFC 2408 section 3.1, RFC 3948",
  category  = "security",
  also      = { "isakmp", "ikev2", "ipsec", "spicy_ipsec_ikesa_udp" },
  ports     = { "500/udp", "4500/udp" },

  -- The next payload's number, at 16, is below 64 in both versions, or 132 for a fragment.
  udp { either = any { at(17, bytes "10 0? 0?"), at(17, bytes "10 2? 0?"), at(17, bytes "20 2? ??"), at(17,
    bytes "21 2? ??") }, alone = { "client", "server" }, check = datagrams },
  udp { either = all { bytes "00 00 00 00", any { at(21, bytes "10 0? 0?"), at(21, bytes "10 2? 0?"), at(21,
    bytes "20 2? ??") } }, alone = { "client", "server" }, check = behind_nat },

  example { client = hex "01 02 03 04 05 06 07 08 00 00 00 00 00 00 00 00 21 20 22 08 00 00 00 00 00 00 00 1C" },
  example { client = hex "00 00 00 00 01 02 03 04 05 06 07 08 11 12 13 14 15 16 17 18 2E 20 23 08 00 00 00 01 00 00 00 1C" },
  counterexample {
    client = hex "01 02 03 04 05 06 07 08 00 00 00 00 00 00 00 00 21 20 22 08 00 00 00 00 00 00 00 0C" },
}
