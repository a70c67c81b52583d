-- Every record: type, version 3.x, length.  The first one is a handshake: ClientHello (1) answered by ServerHello (2) or an
-- alert (RFC 8446 sections 4, 5.1 and 6; RFC 5246 appendix A).
local client_hello = bytes "16 03 [00-04] [00-40] ?? 01 00 ?? ?? 03 [00-04]"
local server_hello = bytes "16 03 0? ?? ?? 02 00 ?? ?? 03 0?"
local alert        = bytes "15 03 0? 00 02 0?"                    -- level warning or fatal; length is always 2
-- SSL 2.0's ClientHello offering SSL 2 or 3.x (RFC 6101 appendix E), and its ServerHello.
local v2_hello     = any { bytes "80 ?? 01 03 0? ?? ?? 00 ?? 00", bytes "80 ?? 01 00 02 ?? ?? 00 ?? 00" }
local v2_answer    = bytes "8? ?? 04 0? 0? 00 02"
-- A conversation joined midway: encrypted records only.
local record       = any { bytes "17 03 0?", bytes "15 03 0? 00", bytes "14 03 0? 00 01 01", bytes "16 03 0?" }

-- Whether the bytes are a chain of records: each of a known type, version 3.0 to 3.4, not longer than 2^14 + 2048.
-- At least one length must be confirmed by the next header, or by the end of what was sent.
local function chain(v)
  local at, confirmed = 0, 0
  for _ = 1, 8 do
    local kind, minor, length = v:u8(at), v:u8(at + 2), v:u16(at + 3)
    if not length then break end
    if kind < 0x14 or kind > 0x18 or v:u8(at + 1) ~= 3 or minor > 4 or length == 0 or length > 18432 then return false end
    at = at + 5 + length
    if at <= v:size() then confirmed = confirmed + 1 end
    -- The first two bytes of the next header are enough to doubt it.
    local next_kind, next_major = v:u8(at), v:u8(at + 1)
    if next_major and (next_kind < 0x14 or next_kind > 0x18 or next_major ~= 3) then return false end
  end
  return confirmed > 0
end

-- Midway: what is longer than the bytes we keep is believed when both sides speak so.
local function records(m)
  local long = (not m.client or m.client:size() >= 5) and (not m.server or m.server:size() >= 5)
  if m.client and m.server then return long and (chain(m.client) or chain(m.server)) end
  return chain(m.client or m.server)
end

-- The ClientHello's body must fit its record; hellos may span records and segments.
local function hello(m)
  local v = m.client
  if not v then return true end
  local record_length, body = v:u16(3), v:u24(6)
  if not body then return more end
  return record_length >= 4 and record_length <= 16384 and body >= 38 and body < 65536 and v:u8(10) <= 4
end

local version_names = { [0x0300] = "SSL 3.0", [0x0301] = "TLS 1.0", [0x0302] = "TLS 1.1", [0x0303] = "TLS 1.2",
  [0x0304] = "TLS 1.3" }

-- The start of the extensions of a hello, and their end.  `v` begins with the record header.
local function extensions(v, from_client)
  local at = 43                                                  -- record 5, handshake 4, version 2, random 32
  local session = v:u8(at)
  if not session then return nil end
  at = at + 1 + session
  if from_client then
    local suites = v:u16(at)
    if not suites then return nil end
    at = at + 2 + suites
    local methods = v:u8(at)
    if not methods then return nil end
    at = at + 1 + methods
  else
    at = at + 3                                                  -- one suite, one compression method
  end
  local length = v:u16(at)
  if not length then return nil end
  return at + 2, at + 2 + length
end

-- The protocols in an ALPN extension (RFC 7301 section 3.1), separated by commas.
local function protocols(v, at, stop)
  local list
  at = at + 2
  while at < stop do
    local length = v:u8(at)
    local name = length and v:bytes(at + 1, length)
    if not name or length == 0 then break end
    list = list and (list .. "," .. name) or name
    at = at + 1 + length
  end
  return list
end

-- The name that was asked for is a name of the server.
local function asked(v, found)
  if not v or v:u8(0) ~= 0x16 or v:u8(5) ~= 1 then return end
  local at, stop = extensions(v, true)
  for _ = 1, 40 do
    if not at or at >= stop then break end
    local head = v:u32(at)
    if not head then break end
    local kind, length = head >> 16, head & 0xFFFF
    if kind == 0 then                                            -- server_name (RFC 6066 section 3)
      local size = v:u16(at + 7)
      found.sni = size and v:bytes(at + 9, size)
    elseif kind == 16 then
      found.alpn = protocols(v, at + 4, at + 4 + length)
    end
    if found.sni and found.alpn then break end
    at = at + 4 + length
  end
end

-- What was agreed, where the answer says so; else what was offered.
local function server_fields(m)
  local v, found = m.server, {}
  asked(m.client, found)
  if not v or v:u8(0) ~= 0x16 or v:u8(5) ~= 2 then return found end
  local version = v:u16(9)
  local at, stop = extensions(v, false)
  for _ = 1, 20 do
    if not at or at >= stop then break end
    local head = v:u32(at)
    if not head then break end
    local kind, length = head >> 16, head & 0xFFFF
    if kind == 43 then                                           -- supported_versions: the real version of TLS 1.3
      version = v:u16(at + 4) or version
    elseif kind == 16 then
      found.alpn = protocols(v, at + 4, at + 4 + length)
    end
    at = at + 4 + length
  end
  found.protocol_version = version_names[version]
  return found
end

protocol "tls" {
  title     = "Transport Layer Security",
  reference = "RFC 8446 section 5.1, RFC 5246, RFC 6101",
  category  = "security",
  -- HTTPS, SMTP submission, NNTP, LDAP, DNS, FTP data and control, Telnet, IMAP, IRC, POP3, SIP, STUN, XMPP, IRC, MQTT,
  -- AMQP, syslog, RADIUS, Docker, WinRM: each inside TLS, at its registered port.
  ports     = {
    "443/tcp", "465/tcp", "563/tcp", "636/tcp", "853/tcp", "989/tcp", "990/tcp", "992-995/tcp", "2083/tcp", "2376/tcp",
    "3269/tcp", "4433/tcp", "5061/tcp", "5223/tcp", "5349/tcp", "5671/tcp", "5986/tcp", "6514/tcp", "6697/tcp", "8883/tcp",
  },
  alternates = { "4443/tcp", "8443/tcp", "9443/tcp", "10443/tcp", "8834/tcp", "5228/tcp", "587/tcp" },

  -- Hello and answer together need no second look; a hello alone does.
  tcp { client = client_hello, server = any { server_hello, alert } },
  tcp { client = client_hello, alone = "client", check = hello },
  tcp { server = server_hello, alone = "server" },
  tcp { client = v2_hello, server = any { server_hello, alert, v2_answer }, alone = "client",
        check = function(m) return not m.client or m.client:u16(0) - 0x8000 >= 9 end },
  tcp { either = record, alone = { "client", "server" }, check = records },

  fields { server = server_fields },

  example {
    client = hex "16 03 01 00 3D 01 00 00 39 03 03 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 12 13 14 15 16 17 18 19 1A 1B 1C 1D 1E 1F 00 00 02 13 01 01 00 00 0E 00 00 00 0A 00 08 00 00 05 61 2E 6F 72 67",
    server = hex "16 03 03 00 2A 02 00 00 26 03 03 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 12 13 14 15 16 17 18 19 1A 1B 1C 1D 1E 1F 00 13 01 00",
  },
  example { client = hex "16 03 01 02 00 01 00 01 FC 03 03", server = hex "15 03 03 00 02 02 28" },
  example { client = hex "17 03 03 00 02 AA BB 17 03 03 00 01 CC", server = hex "17 03 03 00 03 01 02 03" },
  example { client = hex "80 2E 01 03 01 00 15 00 00 00 10 01 00 80", server = hex "16 03 01 00 4A 02 00 00 46 03 01" },
  counterexample { client = hex "00 00 00 54 FF 53 4D 42 72 00", server = hex "00 00 00 55 FF 53 4D 42 72 00" },
  counterexample { client = hex "17 03 03 00 02 AA BB 99 99 99" },
  counterexample { client = "SSH-2.0-a\r\n", server = hex "15 03 01 00 02 02 46" },
}
