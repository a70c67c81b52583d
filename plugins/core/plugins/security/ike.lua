-- Two SPIs of 8 bytes, the next payload, the version (1.0 or 2.0), an exchange, flags, an id, the length of
-- the whole (RFC 7296 section 3.1, RFC 2408 section 3.1).  On 4500, four zero bytes come first (RFC 3948).
local function begins(v, base)
  local version, exchange, length = v:u8(base + 17), v:u8(base + 18), v:u32(base + 24)
  if not length or length < 28 or length > 65535 or v:u32(base) == 0
    and v:u32(base + 4) == 0 then return false end
  if v:size() > base + length + 4 or v:u8(base + 19) & 0xC0 ~= 0 then return false end
  -- 1.0: base, identity, authentication, aggressive, information, transaction, quick mode, new group.
  if version == 0x10 then return exchange >= 1 and exchange <= 6 or exchange == 32 or exchange == 33 end
  return version >> 4 == 2 and exchange >= 34 and exchange <= 44
end

local function message(v) return begins(v, 0) or v:u32(0) == 0 and begins(v, 4) end
local function check(m)
  return (not m.client or message(m.client)) and (not m.server or message(m.server))
end
local function anywhere(matcher) return any { matcher, all { bytes "00 00 00 00", at(4, matcher) } } end

-- Version 2 flags what comes from who began (08), asking or answering.  In 1.0, who begins does not know the
-- other's cookie yet (RFC 2408 section 2.5.3); later messages look alike.
local first = anywhere(at(8, bytes "00 00 00 00 00 00 00 00 ?? 10 [01,02,04] 0?"))
local later = all { anywhere(at(17, bytes "10 [00-0F,20-2F] 0?")), none { first } }
local from_initiator = anywhere(at(17, bytes "[20-21] 2? [08-0F,18-1F,28-2F,38-3F]"))
local from_responder = anywhere(at(17, bytes "[20-21] 2? [00-07,10-17,20-27,30-37]"))

protocol "ike" {
  title     = "Internet Key Exchange",
  reference = "RFC 7296 section 3.1, RFC 2408 section 3.1, RFC 3948",
  category  = "security",
  also      = { "isakmp", "ikev2", "ipsec", "spicy_ipsec_ikesa_udp" },
  ports     = { "500/udp", "4500/udp" },

  -- The next payload's number, at 16, is below 64 in both versions, or 132 for a fragment.
  udp { client = from_initiator, server = from_responder, alone = { "client", "server" }, check = check },
  -- A server of version 1 refuses version 2 in its own words.
  udp { client = any { first, from_initiator }, server = later, alone = "client", check = check },
  udp { either = later, alone = { "client", "server" }, check = check },
  -- Both began.
  udp { either = anywhere(at(17, bytes "[10,20-21] [00-0F,20-2F] [00-3F]")), check = check },

  example { client = hex "01 02 03 04 05 06 07 08 00 00 00 00 00 00 00 00 21 20 22 08 00 00 00 00 00 00 00 1C" },
  example { client = hex "00 00 00 00 01 02 03 04 05 06 07 08 11 12 13 14 15 16 17 18 2E 20 23 08 00 00 00 01 00 00 00 1C" },
  -- The responder asks whether the other is still there.
  example {
    server = hex "01 02 03 04 05 06 07 08 11 12 13 14 15 16 17 18 2E 20 25 00 00 00 00 01 00 00 00 1C" },
  example { client = hex "01 02 03 04 05 06 07 08 00 00 00 00 00 00 00 00 21 20 22 08 00 00 00 00 00 00 00 1C",
    server = hex "01 02 03 04 05 06 07 08 11 12 13 14 15 16 17 18 21 20 22 20 00 00 00 00 00 00 00 1C" },
  -- Main mode, and what is left of it when its beginning was not heard.
  example { client = hex "01 02 03 04 05 06 07 08 00 00 00 00 00 00 00 00 01 10 02 00 00 00 00 00 00 00 00 1C",
    server = hex "01 02 03 04 05 06 07 08 11 12 13 14 15 16 17 18 01 10 02 00 00 00 00 00 00 00 00 1C" },
  example { client = hex "01 02 03 04 05 06 07 08 11 12 13 14 15 16 17 18 05 10 02 01 00 00 00 00 00 00 00 1C",
    server = hex "01 02 03 04 05 06 07 08 11 12 13 14 15 16 17 18 05 10 02 01 00 00 00 00 00 00 00 1C" },
  example { client = hex "01 02 03 04 05 06 07 08 00 00 00 00 00 00 00 00 21 20 22 08 00 00 00 00 00 00 00 1C",
    server = hex "11 12 13 14 15 16 17 18 00 00 00 00 00 00 00 00 21 20 22 08 00 00 00 00 00 00 00 1C" },
  counterexample {
    client = hex "01 02 03 04 05 06 07 08 00 00 00 00 00 00 00 00 21 20 22 08 00 00 00 00 00 00 00 0C" },
  -- These are the other one's words.
  counterexample {
    client = hex "01 02 03 04 05 06 07 08 11 12 13 14 15 16 17 18 21 20 22 20 00 00 00 00 00 00 00 1C" },
  counterexample {
    server = hex "01 02 03 04 05 06 07 08 00 00 00 00 00 00 00 00 01 10 02 00 00 00 00 00 00 00 00 1C" },
}
