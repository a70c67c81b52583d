-- TLS's record with epoch and sequence number: type, version FE FF (1.0) or FE FD (1.2), epoch, sequence,
-- length (RFC 6347 section 4.1).  Cisco's AnyConnect writes 01 00, the version of a draft.
local function records(v)
  local at, count = 0, 0
  while count < 6 do
    local kind, length = v:u8(at), v:u16(at + 11)
    if not length then break end
    if kind < 20 or kind > 25 or length == 0 or length > 18432 then return false end
    at, count = at + 13 + length, count + 1
    if at >= v:size() then break end
  end
  return count > 0 and at <= v:size() + 1500
end

local function check(m)
  return (not m.client or records(m.client)) and (not m.server or records(m.server))
end

-- A server may first ask for a cookie, in a HelloVerifyRequest (3), and choose cipher and version afterwards
-- (RFC 6347 section 4.2.1).
local function verifies(v) return v and v:u8(0) == 0x16 and v:u16(3) == 0 and v:u8(13) == 3 end

local function chosen(m) return not verifies(m.client) and not verifies(m.server) and check(m) end

-- Handshake 16 (epoch 0), alert 15, change cipher 14, data 17.
local record = any {
  bytes "16 FE FF 00 0?", bytes "16 FE FD 00 0?", bytes "17 FE FD 00 0?", bytes "17 FE FF 00 0?",
    bytes "15 FE FF 00 0?", bytes "15 FE FD 00 0?",
  bytes "14 FE FF 00 0?", bytes "14 FE FD 00 0?", bytes "16 01 00 00 00 00 00 00 00 00",
    bytes "17 01 00 00 01 00 00 00 00 00",
}

-- Handshakes in the clear: a client says hello (1), proves its key (15) and gives its share of the session's
-- (16).  A server answers with hello (2) or a cookie, gives a ticket (4) or its share (12), wants a
-- certificate (13), is done (14), or vouches for its own (22).
local function clear(kinds)
  return any { bytes("16 FE [FD,FF] 00 00 ?? ?? ?? ?? ?? ?? ?? ?? " .. kinds),
    bytes("16 01 00 00 00 00 00 00 00 00 ?? ?? ?? " .. kinds) }
end
local asked, answered = clear "[01,0F-10]", clear "[02-04,0C-0E,16]"

protocol "dtls" {
  title     = "Datagram Transport Layer Security",
  reference = "RFC 6347 section 4.1, RFC 9147",
  category  = "security",
  -- Media flows of any port use it; customary: 443, 5684, 5349 and others.
  dynamic   = true,

  udp { client = asked, server = answered, alone = { "client", "server" }, check = chosen },
  udp { client = asked, server = record, check = chosen },
  udp { client = record, server = answered, check = chosen },
  udp { either = record, alone = { "client", "server" }, check = chosen },
  -- The cookie was all that was heard.
  udp { client = record, server = answered, alone = "server", check = check, fallback = true },

  fields { client = handshake "dtls", server = handshake "dtls" },

  example { client = hex "16 FE FF 00 00 00 00 00 00 00 00 00 0D 01 00 00 01 00 00 00 00 00 00 00 01 FE" },
  example { client = hex "16 FE FF 00 00 00 00 00 00 00 00 00 0D 01 00 00 01 00 00 00 00 00 00 00 01 FE",
    server = hex "16 FE FF 00 00 00 00 00 00 00 00 00 10 03 00 00 04 00 00 00 00 00 00 00 04 FE FF 01 AA" },
  example { server = hex "16 FE FF 00 00 00 00 00 00 00 00 00 10 03 00 00 04 00 00 00 00 00 00 00 04 FE FF 01 AA" },
  -- No cipher in common, a cipher changed, and data from the middle.
  example { client = hex "16 FE FF 00 00 00 00 00 00 00 00 00 0D 01 00 00 01 00 00 00 00 00 00 00 01 FE",
    server = hex "15 FE FD 00 00 00 00 00 00 00 00 00 02 02 28" },
  example { client = hex "14 FE FD 00 00 00 00 00 00 00 00 00 01 01",
    server = hex "16 FE FD 00 00 00 00 00 00 00 00 00 0D 02 00 00 01 00 00 00 00 00 00 00 01 FE" },
  example { client = hex "17 FE FD 00 01 00 00 00 00 00 07 00 03 6A 1B 2C",
    server = hex "17 FE FD 00 01 00 00 00 00 00 09 00 03 77 E0 91" },
  counterexample { client = hex "16 FE FA 00 00 00 00 00 00 00 00 00 0D 01" },
}
