-- BACnet/IP: 81, a function, the length of the whole; then the network layer, version 1 (ASHRAE 135 annex
-- J.2, section 6.2).
local function message(v)
  local length = v:u16(2)
  if not length or length ~= v:size() then return false end
  local kind = v:u8(1)
  -- forwarded: the first sender's address comes before
  if kind == 4 then return v:u8(10) == 1 end
  if kind == 0x0A or kind == 0x0B or kind == 9 then return v:u8(4) == 1 end
  return kind <= 0x0C and length <= 130
end
local function check(m)
  return (not m.client or message(m.client)) and (not m.server or message(m.server))
end

-- What an application says stands behind the addresses of other networks: 20 has where it goes, and a count
-- of hops, 08 where it is from (section 6.2.2).
local function says(apdu)
  return all { bytes "81 [0A-0B] ?? ??", any {
    at(4, bytes("01 [00-07] " .. apdu)),
    at(4, seq { bytes "01 [08-0F] ?? ??", counted(1, 0, 20), bytes(apdu) }),
    at(4, seq { bytes "01 [20-27] ?? ??", counted(1, 0, 20), bytes("?? " .. apdu) }),
    at(4, seq { bytes "01 [28-2F] ?? ??", counted(1, 0, 20), bytes "?? ??", counted(1, 0, 20),
      bytes("?? " .. apdu) }),
  } }
end
-- Requests that want an answer (0), Who-Has and Who-Is (10 07, 10 08); acknowledgements, errors and what a
-- server calls off, I-Am and I-Have (section 20.1).  So too what a foreign device wants of a router of
-- broadcasts, and its answers (annex J.2).  Confirmed notifications of changes and events (1, 2, 1F) are the
-- device's, and whoever wanted them acknowledges them: neither tells.
local service = "[00,03-1E,20-FF]"
local message_start = bytes "81 0? 0? ??"
local asked = all { message_start, any { says("[00-07] ?? ?? " .. service),
  says("[08-0F] ?? ?? ?? ?? " .. service), says "10 [07-08]", bytes "81 [01-02,05-06,08-09]" } }
local answered = all { message_start, any { says("[20-2F,50-5F] ?? " .. service), says "[30-3F,60-6F]",
  says "[41,43,45,47,49,4B,4D,4F]",
  says "[71,73,75,77,79,7B,7D,7F]", says "10 [00-01]", bytes "81 [00,03,07]" } }

protocol "bacnet" {
  title     = "BACnet over IP",
  reference = "ASHRAE 135 annex J.2 and section 6.2",
  category  = "industrial",
  ports     = { "47808/udp" },
  alternates = { "47809-47823/udp" },

  udp { client = asked, server = answered, alone = { "client", "server" }, check = check },
  udp { client = asked, server = message_start, check = check },
  udp { client = message_start, server = answered, check = check },
  udp { either = all { message_start, none { asked, answered } }, alone = { "client", "server" },
    check = check },

  -- Is anybody there?  Device 11 is; and what is it called?
  example { client = hex "81 0A 00 08 01 00 10 08",
    server = hex "81 0A 00 14 01 00 10 00 C4 02 00 00 0B 22 05 C4 91 00 21 0F" },
  example { client = hex "81 0A 00 11 01 04 00 05 00 0C 0C 02 00 00 0B 19 4D",
    server = hex "81 0A 00 19 01 00 30 00 0C 0C 02 00 00 0B 19 4D 3E 75 05 00" .. "AHU1" .. hex "3F" },
  -- A change of value, which either may tell.
  example { client = hex "81 0A 00 08 01 00 10 08", server = hex "81 0A 00 08 01 00 10 02" },
  example { client = hex "81 0A 00 08 01 00 10 02", server = hex "81 0A 00 0A 01 00 10 00 C4 02" },
  example { server = hex "81 0A 00 08 01 00 10 02" },
  -- One that wants to be acknowledged, whole and in segments, and an error instead.
  example { client = hex "81 0A 00 0B 01 04 00 05 01 01 09", server = hex "81 0A 00 09 01 00 20 01 01" },
  example { client = hex "81 0A 00 09 01 00 20 01 01", server = hex "81 0A 00 0B 01 04 00 05 01 01 09" },
  example { client = hex "81 0A 00 09 01 00 50 01 1F",
    server = hex "81 0A 00 0D 01 04 0C 05 01 00 04 1F 09" },
  example { server = hex "81 0A 00 0B 01 04 00 05 01 02 09" },
  -- Both ask.
  example { client = hex "81 0A 00 08 01 00 10 08", server = hex "81 0A 00 08 01 00 10 08" },
  example { server = hex "81 0A 00 0D 01 08 00 07 01 15 20 01 0F" },
  example { client = hex "81 0B 00 0C 01 20 FF FF 00 FF 10 08" },
  -- These are the other one's words.
  counterexample { server = hex "81 0A 00 0B 01 04 00 05 01 0C 0C" },
  counterexample { server = hex "81 0A 00 0D 01 04 0C 05 01 00 04 0C 0C" },
  counterexample { client = hex "81 0A 00 09 01 00 20 01 0F" },
  counterexample { client = hex "81 0A 00 0A 01 00 10 00 C4 02" },
  counterexample { server = hex "81 0B 00 0C 01 20 FF FF 00 FF 10 08" },
  counterexample { client = hex "81 0B 00 0D 01 20 FF FF 00 FF 10 08" },
}
