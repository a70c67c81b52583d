-- The length of the whole, a command (80000000 answers), a status, a sequence number; a client binds as
-- transmitter 2, receiver 1 or both 9, with names that end in zero (SMPP 3.4 sections 3.2 and 4.1).
local function text(v, at, longest)
  for index = 0, longest do
    local byte = v:u8(at + index)
    if not byte then return nil end
    if byte == 0 then return at + index + 1 end
    if byte < 0x20 or byte > 0x7E then return nil end
  end
  return nil
end
local function bind(v)
  local length = v:u32(0)
  if length < 23 or length > 128 then return false end
  local at = text(v, 16, 15)
  at = at and text(v, at, 15)
  at = at and text(v, at, 12)
  return at ~= nil and at + 3 < length and (v:u8(at) == 0 or v:u8(at) >= 0x30 and v:u8(at) <= 0x50)
end
local function opens(m)
  return bind(m.client) and (not m.server or m.server:u8(7) == m.client:u8(7)
    and m.server:u32(12) == m.client:u32(12))
end
-- Joined later: what is asked is answered with its own number, or both ask at once.
local function later(m)
  local a, b = m.client, m.server
  return b:u8(4) == 0x80 and b:u8(7) == a:u8(7) and b:u32(12) == a:u32(12) and a:u32(0) >= 16
end

local ask    = any { bytes "00 00 00 ?? 00 00 00 01 00 00 00 00", bytes "00 00 00 ?? 00 00 00 02 00 00 00 00",
  bytes "00 00 00 ?? 00 00 00 09 00 00 00 00" }
local answer = any { bytes "00 00 00 ?? 80 00 00 01", bytes "00 00 00 ?? 80 00 00 02",
  bytes "00 00 00 ?? 80 00 00 09" }
-- Submit 4, deliver 5, enquire link 15.
local send   = any { bytes "00 00 0? ?? 00 00 00 04 00 00 00 00", bytes "00 00 0? ?? 00 00 00 05 00 00 00 00",
  bytes "00 00 00 10 00 00 00 15 00 00 00 00" }
local took   = any { bytes "00 00 00 ?? 80 00 00 04 00 00", bytes "00 00 00 ?? 80 00 00 05 00 00",
  bytes "00 00 00 10 80 00 00 15 00 00" }

protocol "smpp" {
  title     = "Short Message Peer-to-Peer",
  reference = "SMPP 3.4 sections 3.2 and 4.1",
  category  = "telecom",
  ports     = { "2775/tcp" },
  alternates = { "2776/tcp", "3550/tcp" },

  tcp { client = ask, server = answer, alone = "client", check = opens },
  tcp { client = send, server = took, check = later },
  tcp { client = took, server = send, check = function(m) return later { client = m.server,
    server = m.client } end },

  fields {
    server = [[^\x00\x00\x00.\x80\x00\x00[\x01\x02\x09]\x00{4}.{4}(?<banner>[\x20-\x7e]{1,15})\x00]],
    client = [[^.{16}(?<info>[\x20-\x7e]{1,15})\x00]],
  },

  example { client = hex "00 00 00 21 00 00 00 09 00 00 00 00 00 00 00 01" .. "demo\0secret\0\0" ..
    hex "34 00 00 00",
    server = hex "00 00 00 15 80 00 00 09 00 00 00 00 00 00 00 01" .. "smsc\0" },
  example { client = hex "00 00 00 10 00 00 00 15 00 00 00 00 00 00 00 07",
    server = hex "00 00 00 10 80 00 00 15 00 00 00 00 00 00 00 07" },
  example { client = hex "00 00 00 10 80 00 00 15 00 00 00 00 00 00 00 07",
    server = hex "00 00 00 10 00 00 00 15 00 00 00 00 00 00 00 07" },
  counterexample { client = hex "00 00 00 10 00 00 00 15 00 00 00 00 00 00 00 07",
    server = hex "00 00 00 10 80 00 00 15 00 00 00 00 00 00 00 08" },
}
