-- Charging: version, PT 0, spare bits set: 0F, 2E, 4E (0E has a header of 20 bytes, all others of 6); a
-- type, the length behind the header, a number.  Echoes 1 and 2, a node is alive 4 and 5, moves 6 and 7,
-- records F0 and F1 (3GPP TS 32.295 section 6).
local function header(v) return v:u8(0) == 0x0E and 20 or 6 end
local function message(v)
  local length = v:u16(2)
  return length ~= nil and v:size() == header(v) + length
end
local function check(m)
  local a, b = m.client, m.server
  return message(a) and message(b) and b:u8(1) == a:u8(1) + 1 and b:u16(4) == a:u16(4)
end
local ask = any { bytes "0F 01 00", bytes "0F 04 00", bytes "0F F0", bytes "0E 01 00", bytes "0E 04 00",
  bytes "0E F0", bytes "2F 01 00",
  bytes "2F 04 00", bytes "2F F0", bytes "2E 01 00", bytes "2E 04 00", bytes "2E F0", bytes "4F 01 00",
    bytes "4F 04 00", bytes "4F F0",
  bytes "4E 01 00", bytes "4E 04 00", bytes "4E F0" }
local answer = any { bytes "0? 02 00", bytes "0? 05 00", bytes "0? F1 00", bytes "2? 02 00",
  bytes "2? 05 00", bytes "2? F1 00",
  bytes "4? 02 00", bytes "4? 05 00", bytes "4? F1 00" }

protocol "gtp-prime" {
  title     = "GTP' charging records (GTP Prime)",
  reference = "3GPP TS 32.295 section 6",
  category  = "telecom",
  ports     = { "3386/udp", "3386/tcp" },

  udp { client = ask, server = answer, check = check },

  example { client = hex "0F 01 00 00 00 07", server = hex "0F 02 00 02 00 07 0E 01", transport = "udp" },
  example { client = hex "4E F0 00 02 00 07 7E 01",
    server = hex "4E F1 00 02 00 07 01 80", transport = "udp" },
  counterexample { client = hex "0F 01 00 00 00 07", server = hex "0F 02 00 02 00 08 0E 01",
    transport = "udp" },
}
