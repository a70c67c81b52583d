-- Over TCP: version 5, minor 0 or 1, a type, flags, how numbers are written, the fragment's length (C706
-- section 12.6). Over UDP: version 4, and the length at 74 (section 12.5).  10: little end first, ASCII.
local function fragment(v)
  local length = v:u8(4) >> 4 == 1 and v:u16le(8) or v:u16(8)
  if not length or length < 16 or length > 8192 and v:u8(2) ~= 0 and v:u8(2) ~= 2 then return false end
  -- The verifier lies within, and another fragment follows.
  local verifier = v:u8(4) >> 4 == 1 and v:u16le(10) or v:u16(10)
  if verifier and verifier + 16 > length or v:size() > length and v:u8(length) ~= 5 then return false end
  return v:u8(3) & 0x80 == 0 or v:u8(2) <= 3
end

local function stream(m)
  return (not m.client or fragment(m.client)) and (not m.server or fragment(m.server))
end

local function datagram(v)
  if v:size() < 80 then return false end
  local length = v:u8(4) >> 4 == 1 and v:u16le(74) or v:u16(74)
  return length == v:size() - 80 and v:u8(79) == 0
end

local function datagrams(m)
  return (not m.client or datagram(m.client)) and (not m.server or datagram(m.server))
end

-- Request 0, bind 0B, alter 0E, auth 10, cancel 12 | response 2, fault 3, ack 0C, nak 0D, alter's answer 0F.
local ask = any { bytes "05 00 0B 0? ?0 00 00 00", bytes "05 00 00 ?? ?0 00 00 00",
  bytes "05 00 0E 0? ?0 00 00 00",
  bytes "05 00 10 0? ?0 00 00 00", bytes "05 01 0B 0? ?0 00 00 00" }
local answer = any { bytes "05 00 0C 0? ?0 00 00 00", bytes "05 00 0D 0? ?0 00 00 00",
  bytes "05 00 02 ?? ?0 00 00 00",
  bytes "05 00 03 ?? ?0 00 00 00", bytes "05 00 0F 0? ?0 00 00 00", bytes "05 01 0C 0? ?0 00 00 00" }

-- For an example: what follows the first eight bytes of a datagram, without data.
local profinet = hex "00 00 A0 DE 97 6C D1 11 82 71 00 01 00 02 00 2A \z
  01 00 A0 DE 97 6C D1 11 82 71 00 A0 24 42 DF 7D \z
  3B 5E 0C 71 9A 24 4D 11 8E 60 00 1B 1B 0A 21 43 00 00 00 00 01 00 00 00 00 00 00 00 00 00 \z
  FF FF FF FF 00 00 00 00 00 00"

protocol "dcerpc" {
  title     = "Distributed Computing Environment RPC (DCE/RPC)",
  reference = "The Open Group C706 sections 12.5 and 12.6, MS-RPCE",
  category  = "network",
  also      = { "msrpc", "dce_rpc", "dce-rpc", "epmap", "ncacn_http" },
  -- Interfaces live on ports that the end-point mapper gives; customary: 135 (the end-point mapper).
  dynamic   = true,

  tcp { client = ask, server = answer, alone = { "client", "server" }, check = stream },
  tcp { server = any { bytes "05 00 0C 07 10 00 00 00", bytes "05 00 0C 03 10 00 00 00" },
    check = function(m) return fragment(m.server) end },
  udp { either = all { bytes "04 0? ?? ?? ?0 00 00", length(80, 65507) }, alone = { "client", "server" },
    check = datagrams },

  -- PROFINET's controllers set up their devices in this way; objects and interfaces begin with DEA0.
  fields {
    either = function(m)
      local v = m.client or m.server
      local found = v:u8(0) == 4 and (v:u32(24) == 0x0100A0DE and v:u32(28) == 0x976CD111
        or v:u32(24) == 0xDEA00001)
      return found and { info = "PROFINET IO" } or nil
    end,
  },

  upgrade "profinet-cm" { info = "PROFINET IO" },

  example { client = hex "05 00 0B 03 10 00 00 00 48 00 00 00 01 00 00 00 B8 10 B8 10",
    server = hex "05 00 0C 03 10 00 00 00 3C 00 00 00 01 00 00 00", transport = "tcp" },
  -- The client joined within its bind: the transfer syntax ends it.
  example { client = hex "04 5D 88 8A EB 1C C9 11 9F E8 08 00 2B 10 48 60 02 00 00 00",
    server = hex "05 00 0C 03 10 00 00 00 3C 00 00 00 01 00 00 00 B8 10 B8 10 01 00 00 00 \z
      04 00 31 33 35 00 00 00 01 00 00 00 00 00 00 00 04 5D 88 8A EB 1C C9 11 9F E8 08 00 2B 10 \z
      48 60 02 00 00 00",
    transport = "tcp" },
  -- Ping, and the answer that the call is still being worked on (C706 section 12.5).
  example { client = hex "04 01 20 00 10 00 00 00" .. profinet,
    server = hex "04 04 00 00 10 00 00 00" .. profinet, transport = "udp" },
  -- Inside SMB it is SMB.
  counterexample { client = hex "00 00 00 54 FE 53 4D 42 40 00 00 00 05 00 0B 03 10 00 00 00",
    server = hex "00 00 00 54 FE 53 4D 42 40 00 00 00 05 00 0C 03 10 00 00 00", transport = "tcp" },
  counterexample { client = hex "05 02 00 01", server = hex "05 00", transport = "tcp" },
}
