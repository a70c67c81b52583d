-- A wrapper: version 1, two ports, a length; then an association request 60 or its answer 61 whose first
-- element is the application context 2.16.756.5.8.1.n (IEC 62056-47, IEC 62056-5-3).
local function wrapped(v)
  local length = v:u16(6)
  return length ~= nil and length >= 2 and length == v:u8(9) + 2
end
local function associations(m)
  return (not m.client or wrapped(m.client)) and (not m.server or wrapped(m.server))
end
-- GET, SET and ACTION: the ports swap, the lengths are exact, the invocation is the same.
local function services(m)
  local ask, answer = m.client, m.server
  if not ask:u8(10) or not answer:u8(10) then return false end
  return ask:u16(2) == answer:u16(4) and ask:u16(4) == answer:u16(2) and ask:u16(6) <= ask:size() - 8
    and answer:u16(6) <= answer:size() - 8 and ask:u8(10) & 15 == answer:u8(10) & 15
end

local aarq = any { bytes "00 01 00 ?? 00 ?? 00 ?? 60 ?? A1 09 06 07 60 85 74 05 08 01 0?",
  bytes "00 01 00 ?? 00 ?? 00 ?? 60 ?? 80 02 ?? ?? A1 09 06 07 60 85 74 05 08 01 0?" }
local aare = bytes "00 01 00 ?? 00 ?? 00 ?? 61 ?? A1 09 06 07 60 85 74 05 08 01 0?"
local ask = any { bytes "00 01 00 ?? 00 ?? 0? ?? C0 0?", bytes "00 01 00 ?? 00 ?? 0? ?? C1 0?",
  bytes "00 01 00 ?? 00 ?? 0? ?? C3 0?" }
local answer = any { bytes "00 01 00 ?? 00 ?? 0? ?? C4 0?", bytes "00 01 00 ?? 00 ?? 0? ?? C5 0?",
  bytes "00 01 00 ?? 00 ?? 0? ?? C7 0?" }

protocol "dlms-cosem" {
  title     = "DLMS/COSEM",
  reference = "IEC 62056-47, IEC 62056-5-3",
  category  = "industrial",
  ports     = { "4059/tcp", "4059/udp" },
  alternates = { "4061/tcp" },

  tcp { client = aarq, server = aare, alone = { "client", "server" }, check = associations },
  udp { client = aarq, server = aare, alone = { "client", "server" }, check = associations },
  tcp { client = ask, server = answer, check = services },
  udp { client = ask, server = answer, check = services },

  example { client = hex "00 01 00 10 00 01 00 1F 60 1D A1 09 06 07 60 85 74 05 08 01 01 BE 10 04 0E 01" ..
    hex "00 00 00 06 5F 1F 04 00 00 7E 1F 04 B0",
    transport = "tcp" },
  example { client = hex "00 01 00 10 00 01 00 0D C0 01 C1 00 08 00 00 01 00 00 FF 02 00",
    server = hex "00 01 00 01 00 10 00 05 C4 01 C1 01 03", transport = "tcp" },
  -- The same over UDP: accepted; the clock says noon.
  example { client = hex "00 01 00 10 00 01 00 1F 60 1D A1 09 06 07 60 85 74 05 08 01 01" ..
      hex "BE 10 04 0E 01 00 00 00 06 5F 1F 04 00 00 7E 1F 04 B0",
    server = hex "00 01 00 01 00 10 00 2B 61 29 A1 09 06 07 60 85 74 05 08 01 01 A2 03 02 01 00" ..
      hex "A3 05 A1 03 02 01 00 BE 10 04 0E 08 00 06 5F 1F 04 00 00 50 1F 01 F4 00 07",
    transport = "udp" },
  example { client = hex "00 01 00 10 00 01 00 0D C0 01 C1 00 08 00 00 01 00 00 FF 02 00",
    server = hex "00 01 00 01 00 10 00 12 C4 01 C1 00 09 0C 07 EA 01 01 04 0C 00 00 FF 80 00 00",
    transport = "udp" },
  counterexample { client = hex "00 01 00 00 00 06 01 03 00 00 00 0A",
    server = hex "00 01 00 00 00 05 01 03 02 00 01",
    transport = "tcp" },
}
