-- A long header: the two high bits, a version, then two connection ids with their lengths (RFC 8999 section 5.1, RFC 9000
-- section 17.2).  Google's older versions have a public header: flags, an id of 8 bytes, a version that begins with Q.
local function ids(v)
  local first = v:u8(5)
  if not first or first > 20 then return false end
  local second = v:u8(6 + first)
  return second ~= nil and second <= 20 and v:size() > 7 + first + second
end

local function check(m)
  if m.client and not ids(m.client) then return false end
  return not m.server or ids(m.server)
end

-- Google's Q046 to Q049 write both lengths in one byte: 0x50 is 8 and none.
local function nibbles(m)
  local v = m.client or m.server
  local lengths = v:u8(5)
  return (lengths == 0x50 or lengths == 0x05 or lengths == 0x55) and v:size() > 20
end

local version = any {
  bytes "C? 00 00 00 01", bytes "D? 00 00 00 01", bytes "E? 00 00 00 01", bytes "F? 00 00 00 01",        -- version 1
  -- version 2 (RFC 9369)
  bytes "C? 6B 33 43 CF", bytes "D? 6B 33 43 CF", bytes "E? 6B 33 43 CF", bytes "F? 6B 33 43 CF",
  bytes "C? FF 00 00 ??", bytes "D? FF 00 00 ??", bytes "E? FF 00 00 ??", bytes "F? FF 00 00 ??",        -- drafts
  -- drafts, fixed bit cleared
  bytes "8? FF 00 00 ??", bytes "9? FF 00 00 ??", bytes "A? FF 00 00 ??", bytes "B? FF 00 00 ??",
  bytes "C? FA CE B0 0?", bytes "E? FA CE B0 0?", bytes "D? FA CE B0 0?", bytes "F? FA CE B0 0?",        -- mvfst
  bytes "C? 51 30 35 30", bytes "D? 51 30 35 30", bytes "E? 51 30 35 30", bytes "F? 51 30 35 30",        -- Q050
  bytes "C? 54 30 35 ??", bytes "D? 54 30 35 ??", bytes "E? 54 30 35 ??", bytes "F? 54 30 35 ??",        -- T050, T051
}
-- Versions reserved to exercise negotiation, 0x?a?a?a?a (RFC 9000 section 15), and the negotiation itself, version 0.
local greased = any { bytes "C? ?A ?A ?A ?A", bytes "D? ?A ?A ?A ?A", bytes "E? ?A ?A ?A ?A", bytes "F? ?A ?A ?A ?A" }
local negotiation = any {
  bytes "8? 00 00 00 00", bytes "9? 00 00 00 00", bytes "A? 00 00 00 00", bytes "B? 00 00 00 00",
  bytes "C? 00 00 00 00", bytes "D? 00 00 00 00", bytes "E? 00 00 00 00", bytes "F? 00 00 00 00",
}

protocol "quic" {
  title     = "QUIC",
  reference = "RFC 9000 section 17.2, RFC 9369, RFC 8999",
  category  = "web",
  ports     = { "443/udp", "853/udp", "80/udp" },
  alternates = { "4433/udp", "4443/udp", "8443/udp", "784/udp" },

  udp { client = version, server = any { version, negotiation }, alone = { "client", "server" }, check = check },
  -- The first packet of a client fills 1200 bytes (RFC 9000 section 14.1); the server may answer with short headers only.
  udp { client = all { version, length(1200, 1500) }, check = check },
  udp { client = greased, server = negotiation, check = check },
  -- Google's public header: flags 09, 0D or 19, then an id, then Q0xx; from Q046 the version stands at 1.
  udp { client = any { all { bytes "0D", at(9, starts "Q0") }, all { bytes "09", at(9, starts "Q0") }, all { bytes "0C",
    at(9, starts "Q0") },
                       all { bytes "08", at(9, starts "Q0") }, all { bytes "19", at(9, starts "Q0") } }, alone = "client" },
  udp { client = all { any { bytes "C? 51 30 34 ??", bytes "D? 51 30 34 ??", bytes "E? 51 30 34 ??",
    bytes "F? 51 30 34 ??" }, length(30, 1500) },
        alone = "client", check = nibbles },
  udp { server = all { any { bytes "C? 51 30 34 ??", bytes "D? 51 30 34 ??", bytes "E? 51 30 34 ??",
    bytes "F? 51 30 34 ??" }, length(30, 1500) },
        alone = "server", check = nibbles },

  fields {
    client = function(m)
      local v = m.client
      local number = v and v:u32(1)
      if number == 1 then return { protocol_version = "1" } end
      if number == 0x6B3343CF then return { protocol_version = "2" } end
      if number and number & 0xFFFFFF00 == 0xFF000000 then return { protocol_version = string.format("draft-%d",
        number & 0xFF) } end
      if v and v:starts(9, "Q0") then return { protocol_version = v:bytes(9, 4) } end
      if v and (v:starts(1, "Q0") or v:starts(1, "T0")) then return { protocol_version = v:bytes(1, 4) } end
      return {}
    end,
  },

  example { client = "\xC3\0\0\0\1\8ABCDEFGH\0\0\x44\xB0" .. string.rep("\xA5", 1180),
    server = "\xC1\0\0\0\1\0\8abcdefgh\0\x40\x50" .. string.rep("\x5A", 80) },
  example { client = "\x0DABCDEFGHQ039\1" .. string.rep("\xA5", 100) },
  counterexample { client = "\xC3\0\0\0\1\x80ABCDEFGH" },
  counterexample { client = "\xC0\0\0\0\2\8ABCDEFGH\0\0" },
}
