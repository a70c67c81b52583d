-- Control messages have type, length and sequence (C8), a version (2 or 3), a length, a tunnel and session
-- (or a connection), two numbers, and first the attribute that names the message: mandatory, 8 bytes, vendor
-- 0, attribute 0 (RFC 2661 sections 3.1 and 4.1, RFC 3931 sections 3.2.1 and 4.1.2).  An acknowledgement is
-- 12 bytes.
local function control(v)
  local length, size = v:u16(2), v:size()
  return length ~= nil and length >= 12 and length <= size and size <= length + 4
end

local function check(m)
  return (not m.client or control(m.client)) and (not m.server or control(m.server))
end

local function named(two, three)
  return any { all { bytes "C8 02 0? ??", at(12, bytes("80 08 00 00 00 00 00 " .. two)) },
    all { bytes "C8 03 0? ??", at(12, bytes("80 08 00 00 00 00 00 " .. three)) } }
end
-- Who opens the tunnel sends SCCRQ (1) and SCCCN (3), and gets SCCRP (2).  So it is with incoming calls,
-- which version 2 reports to its network server: ICRQ (10), ICCN (12), and ICRP (11).  The others may come
-- from either.
local asked = named("[01,03,0A,0C]", "[01,03]")
local answered = named("[02,0B]", "02")
local other = named("[04-09,0D-10]", "[04-14]")
local bare = all { any { bytes "C8 02 00 0C", bytes "C8 03 00 0C" }, length(12) }

-- A packet of PPP inside version 2, without and with a length: LCP, IPCP, IPv6CP, CHAP, PAP, IPv4, IPv6.
local function ppp(prefix)
  local list = {}
  for i, code in ipairs { "C0 21 [01-0b]", "80 21 [01-07]", "80 57 [01-07]", "C2 23 [01-04]", "C0 23 [01-03]",
    "00 21 45", "00 57 [60-6f]" } do
    list[i] = bytes(prefix .. " FF 03 " .. code)
  end
  return any(list)
end

protocol "l2tp" {
  title     = "Layer Two Tunneling Protocol",
  reference = "RFC 2661 sections 3.1 and 4.1, RFC 3931 section 3.2.1",
  category  = "tunnel",
  ports     = { "1701/udp" },

  udp { client = asked, server = answered, alone = { "client", "server" }, check = check },
  udp { client = asked, server = any { other, bare }, check = check },
  udp { client = any { other, bare }, server = answered, check = check },
  udp { either = other, alone = { "client", "server" }, check = check },
  udp { either = any { asked, answered, other, bare }, check = check },
  -- Joined midway.
  udp { either = any { ppp "00 02 ?? ?? ?? ??", ppp "40 02 0? ?? ?? ?? ?? ??" }, alone = { "client",
    "server" } },

  fields { either = function(m)
    local v = m.server or m.client
    local first = v and v:u8(1)
    return first and { protocol_version = string.format("%d", first & 15) }
  end },

  example { client = hex "C8 02 00 14 00 00 00 00 00 00 00 00 80 08 00 00 00 00 00 01",
    server = hex "C8 02 00 0C 00 01 00 00 00 00 00 01",
    transport = "udp" },
  example { client = hex "C8 02 00 14 00 00 00 00 00 00 00 00 80 08 00 00 00 00 00 01",
    server = hex "C8 02 00 14 00 07 00 00 00 00 00 01 80 08 00 00 00 00 00 02", transport = "udp" },
  example { client = hex "C8 02 00 0C 00 07 00 00 00 02 00 01",
    server = hex "C8 02 00 14 00 01 00 05 00 01 00 02 80 08 00 00 00 00 00 0B", transport = "udp" },
  -- HELLO, acknowledged.
  example { client = hex "C8 02 00 14 00 07 00 00 00 04 00 02 80 08 00 00 00 00 00 06",
    server = hex "C8 02 00 0C 00 01 00 00 00 02 00 05", transport = "udp" },
  example { server = hex "C8 02 00 14 00 07 00 00 00 04 00 02 80 08 00 00 00 00 00 06", transport = "udp" },
  example { client = hex "C8 03 00 14 00 00 00 00 00 00 00 00 80 08 00 00 00 00 00 01", transport = "udp" },
  example { client = hex "40 02 00 14 00 07 00 09 FF 03 00 21 45 00 00 28", transport = "udp" },
  counterexample { client = hex "C8 02 00 34 00 00 00 00 00 00 00 00 80 08 00 00 00 00 00 01",
    transport = "udp" },
  -- These are the other one's words.
  counterexample { client = hex "C8 02 00 14 00 07 00 00 00 00 00 01 80 08 00 00 00 00 00 02", transport = "udp" },
  counterexample { client = hex "C8 02 00 14 00 00 00 00 00 00 00 00 80 09 00 00 00 00 00 01",
    transport = "udp" },
}
