-- SLMP, once the MC protocol.  3E frames: 5000 asks, D000 answers, network, station FF, module 03FF,
-- station, a length from behind it on; 4E frames (5400, D400) have a serial number before.  Little end
-- first, or all in hexadecimal text (Mitsubishi SH(NA)-080956ENG, section 4).
local function ask(v)
  if v:u8(0) > 0x5F or v:u8(1) ~= 0 then return true end          -- text
  local at = v:u8(0) == 0x54 and 11 or 7
  local length = v:u16le(at)
  return length ~= nil and length >= 6 and v:size() >= at + 2 + length
end
local function answer(v)
  if v:u8(1) ~= 0 then return true end
  local at = v:u8(0) == 0xD4 and 11 or 7
  local length = v:u16le(at)
  return length ~= nil and length >= 2
end
local function check(m)
  return (not m.client or ask(m.client)) and (not m.server or answer(m.server))
end

local request = any { bytes "50 00 00 FF FF 03 00 ?? ??", bytes "54 00 ?? ?? 00 00 00 FF FF 03 00 ?? ??",
  starts "500000FF03FF00", all { starts "5400", at(8, starts "000000FF03FF00") } }
local response = any { bytes "D0 00 00 FF FF 03 00 ?? ??", bytes "D4 00 ?? ?? 00 00 00 FF FF 03 00 ?? ??",
  starts "D00000FF03FF00", all { starts "D400", at(8, starts "000000FF03FF00") } }

protocol "melsec" {
  title     = "Mitsubishi SLMP (MELSEC)",
  reference = "Mitsubishi SH(NA)-080956ENG, SLMP reference manual, section 4",
  category  = "industrial",
  ports     = { "5007/tcp", "5006/udp" },
  alternates = { "5000-5002/tcp", "5000-5002/udp", "5010/tcp", "5562/tcp" },

  tcp { client = request, server = response, alone = { "client", "server" }, check = check },
  udp { client = request, server = response, alone = { "client", "server" }, check = check },

  example { client = hex "50 00 00 FF FF 03 00 0C 00 10 00 01 04 00 00 64 00 00 A8 01 00",
    server = hex "D0 00 00 FF FF 03 00 04 00 00 00 34 12", transport = "tcp" },
  example { client = "500000FF03FF000018001004010000D*0001000001", server = "D00000FF03FF00000800001234",
    transport = "udp" },
  counterexample { client = hex "50 00 00 FF FF 03 00 0C 00 10", transport = "tcp" },
}
