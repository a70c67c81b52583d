-- Every record: type, version 3.x, length.  The first one is a handshake: ClientHello (1) answered by
-- ServerHello (2) or an alert (RFC 8446 sections 4, 5.1 and 6; RFC 5246 appendix A).
local client_hello = bytes "16 03 [00-04] [00-40] ?? 01 00 ?? ?? 03 [00-04]"
local server_hello = bytes "16 03 0? ?? ?? 02 00 ?? ?? 03 0?"
-- level warning (1) or fatal (2); length is always 2
local alert        = bytes "15 03 0? 00 02 0?"
local fatal        = bytes "15 03 0? 00 02 02"
local warning      = bytes "15 03 0? 00 02 01"
-- A server that does not know the name may warn, even up to four times, and go on (RFC 6066 section 3): its
-- hello comes next.
local function behind_warnings(matcher)
  local list = { matcher }
  for count = 1, 4 do list[count + 1] = all { warning, at(7, list[count]) } end
  return any(list)
end
local answer       = any { behind_warnings(server_hello), fatal }
-- SSL 2.0's ClientHello offering SSL 2 or 3.x (RFC 6101 appendix E), and its ServerHello.
local v2_hello     = any { bytes "80 ?? 01 03 0? ?? ?? 00 ?? 00", bytes "80 ?? 01 00 02 ?? ?? 00 ?? 00" }
local v2_answer    = bytes "8? ?? 04 0? 0? 00 02"
-- A conversation joined midway: encrypted records only.
local record       = any { bytes "17 03 0?", bytes "15 03 0? 00", bytes "14 03 0? 00 01 01",
  bytes "16 03 0?" }
-- Of these a warning says nothing yet, but what follows it.
local reply        = behind_warnings(any { bytes "17 03 0?", bytes "15 03 0? 00 [03-FF]",
  bytes "14 03 0? 00 01 01", bytes "16 03 0?", fatal })

-- Whether the bytes are a chain of records: each of a known type, version 3.0 to 3.4, not longer than 2^14 +
-- 2048. At least one length must be confirmed by the next header, or by the end of what was sent.
local function chain(v)
  local at, confirmed = 0, 0
  for _ = 1, 8 do
    local kind, minor, length = v:u8(at), v:u8(at + 2), v:u16(at + 3)
    if not length then break end
    if kind < 0x14 or kind > 0x18 or v:u8(at + 1) ~= 3 or minor > 4 or length == 0
      or length > 18432 then return false end
    at = at + 5 + length
    if at <= v:size() then confirmed = confirmed + 1 end
    -- The first two bytes of the next header are enough to doubt it.
    local next_kind, next_major = v:u8(at), v:u8(at + 1)
    if next_major and (next_kind < 0x14 or next_kind > 0x18 or next_major ~= 3) then return false end
  end
  return confirmed > 0
end

-- Up to four warnings, and too little behind them to tell what it is.
local function warns_only(v)
  local at = 0
  while at < 28 and v:u8(at) == 0x15 and v:u16(at + 3) == 2 and v:u8(at + 5) == 1 do at = at + 7 end
  return at > 0 and v:size() - at < 6
end

-- Midway: what is longer than the bytes we keep is believed when both sides speak so.
local function records(m)
  local long = (not m.client or m.client:size() >= 5) and (not m.server or m.server:size() >= 5)
  if m.client and m.server and m.client:u8(0) == 0x16 and warns_only(m.server) then return more end
  if m.client and m.server then return long and (chain(m.client) or chain(m.server)) end
  return chain(m.client or m.server)
end

-- Whole hellos for the examples: TLS 1.2, ECDHE-RSA-AES128-GCM-SHA256, for a.org.
local random   = hex "00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 12 13 14 15 16 17" ..
  hex "18 19 1A 1B 1C 1D 1E 1F"
local a_client = hex "16 03 01 00 3D 01 00 00 39 03 03" .. random ..
  hex "00 00 02 C0 2F 01 00 00 0E 00 00 00 0A 00 08 00 00 05 61 2E 6F 72 67"
local a_server = hex "16 03 03 00 2A 02 00 00 26 03 03" .. random .. hex "00 C0 2F 00"

protocol "tls" {
  title     = "Transport Layer Security",
  reference = "RFC 8446 section 5.1, RFC 5246, RFC 6101",
  category  = "security",
  also      = {
    "ssl", "https", "imaps", "pop3s", "smtps", "ldaps", "ldapssl", "ftps", "telnets", "ircs",
  },
  -- HTTPS, SMTP submission, NNTP, LDAP, DNS, FTP data and control, Telnet, IMAP, IRC, POP3, SIP, STUN, XMPP,
  -- IRC, MQTT, AMQP, syslog, RADIUS, NTS-KE (RFC 8915) and Syncthing: each inside TLS, at its registered port.
  -- Mumble has none and uses 64738.
  ports     = {
    "443/tcp", "465/tcp", "563/tcp", "636/tcp", "853/tcp", "989/tcp", "990/tcp", "992-995/tcp", "2083/tcp",
    "3269/tcp", "4433/tcp", "4460/tcp", "5061/tcp", "5223/tcp", "5349/tcp", "5671/tcp", "6514/tcp", "6697/tcp",
    "8883/tcp", "22000/tcp", "64738/tcp",
  },
  -- of Docker and WinRM, who have names of their own
  shares    = { "2376/tcp", "5986/tcp" },
  alternates = { "4443/tcp", "8443/tcp", "9443/tcp", "10443/tcp", "8834/tcp", "5228/tcp", "587/tcp" },

  -- Hello and answer together need no second look; a hello alone does.
  tcp { client = client_hello, server = answer },
  -- What a server says must be TLS too: scanners greet every port with a hello.  Some refuse with zeros.
  tcp { client = all { client_hello, at(6, seq { counted(3, 38, 65535) }) },
        server = any { reply, bytes "00 00 00 00 02 00 ??" }, alone = "client" },
  tcp { server = server_hello, alone = "server" },
  tcp { client = v2_hello, server = any { server_hello, alert, v2_answer }, alone = "client",
        check = function(m) return not m.client or m.client:u16(0) - 0x8000 >= 9 end },
  tcp { either = record, alone = { "client", "server" }, check = records },
  -- A warning was all that came.
  tcp { client = client_hello, server = warning, fallback = true },

  -- The protocol inside, where the server agreed to its name (RFC 7301; IANA ALPN protocol ids).
  upgrade "http" { alpn = { "http/1.1", "http/1.0" } }, upgrade "http2" { alpn = "h2" },
  upgrade "dns" { alpn = "dot" }, upgrade "xmpp" { alpn = { "xmpp-client", "xmpp-server" } },
  upgrade "imap" { alpn = "imap" }, upgrade "pop3" { alpn = "pop3" }, upgrade "ftp" { alpn = "ftp" },
  upgrade "mqtt" { alpn = "mqtt" }, upgrade "postgresql" { alpn = "postgresql" },

  -- Names asked for and agreed on, version, cipher; up to TLS 1.2 the certificate; the client's fingerprint
  -- (JA4).
  fields { client = handshake "tls", server = handshake "tls" },

  -- A hello up to TLS 1.2, so that the certificate comes in the clear; any name.
  probe { send = hex "16 03 01 00 88 01 00 00 84 03 03 6F 66 66 70 6F 72 74 2D 70 72 6F 62 65 2D 6F 66 66 70 6F 72 74 2D 70 72 6F \z
    62 65 2D 68 65 6C 6C 00 00 24 13 01 13 02 13 03 C0 2B C0 2F C0 2C C0 30 CC A9 CC A8 C0 09 C0 13 C0 0A C0 14 \z
    00 9C 00 9D 00 2F 00 35 00 0A 01 00 00 37 00 0A 00 08 00 06 00 1D 00 17 00 18 00 0B 00 02 01 00 00 0D 00 18 \z
    00 16 04 03 05 03 06 03 08 04 08 05 08 06 04 01 05 01 06 01 02 03 02 01 00 17 00 00 FF 01 00 01 00" },

  example { client = a_client, server = a_server },
  -- the other direction was not captured
  example { client = a_client },
  example { server = a_server },
  example { client = hex "16 03 01 02 00 01 00 01 FC 03 03", server = hex "15 03 03 00 02 02 28" },
  -- a warning that the name is unknown, and the hello behind it; or nothing
  example { client = a_client, server = hex "15 03 03 00 02 01 70" .. a_server },
  example { client = a_client, server = hex "15 03 03 00 02 01 00" },
  example { client = a_client, server = string.rep(hex "15 03 03 00 02 01 70", 2) .. a_server },
  example { client = a_client, server = string.rep(hex "15 03 03 00 02 01 70", 4) .. a_server },
  example { client = hex "17 03 03 00 02 AA BB 17 03 03 00 01 CC", server = hex "17 03 03 00 03 01 02 03" },
  example { client = hex "80 2E 01 03 01 00 15 00 00 00 10 01 00 80",
    server = hex "16 03 01 00 4A 02 00 00 46 03 01" },
  counterexample { client = hex "00 00 00 54 FF 53 4D 42 72 00",
    server = hex "00 00 00 55 FF 53 4D 42 72 00" },
  counterexample { client = hex "17 03 03 00 02 AA BB 99 99 99" },
  counterexample { client = hex "16 03 01 02 00 01 00 01 FC 03 03", server = "SSH-2.0-OpenSSH_9.6\r\n" },
  counterexample { client = hex "16 03 01 02 00 01 00 01 FC 03 03",
      server = "\xFF\xFD\x18\xFF\xFD\x20login: " },
  counterexample { client = hex "16 03 01 02 00 01 00 01 FC 03 03",
      server = "220 mail.example.org ESMTP\r\n" },
  counterexample { client = hex "16 03 01 02 00 01 00 01 FC 03 03",
      server = "HTTP/1.1 400 Bad Request\r\n\r\n" },
  counterexample { client = "SSH-2.0-a\r\n", server = hex "15 03 01 00 02 02 46" },
}
