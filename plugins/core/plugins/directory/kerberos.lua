-- DER with an application tag for each message: 6A and 6B ask and answer for a ticket-granting ticket, 6C and 6D for a ticket,
-- 7E is an error; then the protocol's version, 5 (RFC 4120 section 5.4).  Over TCP four bytes of length come first.

-- The tag at `at`, where its content begins, and how long that is.
local function element(v, at)
  local tag, length = v:u8(at), v:u8(at + 1)
  if not length then return nil end
  if length < 0x80 then return tag, at + 2, length end
  if length == 0x81 then return tag, at + 3, v:u8(at + 2) end
  if length == 0x82 then return tag, at + 4, v:u16(at + 2) end
  if length == 0x83 then return tag, at + 5, v:u24(at + 2) end
  if length == 0x84 then return tag, at + 6, v:u32(at + 2) end
  return nil
end

local function message(v, base)
  local _, at, length = element(v, base)
  if not length then return false end
  local tag, inner, inner_length = element(v, at)
  if tag ~= 0x30 or not inner_length or inner + inner_length ~= at + length then return false end
  -- The version is field 1 of a request, field 0 of a reply.
  return v:starts(inner, "\xA1\3\2\1\5") or v:starts(inner, "\xA0\3\2\1\5")
end

local function datagrams(m)
  return (not m.client or message(m.client, 0)) and (not m.server or message(m.server, 0))
end
local function stream(m)
  return (not m.client or message(m.client, 4)) and (not m.server or message(m.server, 4))
end
-- A server that sends half its answer in another order still has a client that asked in Kerberos.
local function client_only(m) return message(m.client, 4) end

local ask = any { bytes "6A 8?", bytes "6C 8?", bytes "6A ?? 30", bytes "6C ?? 30" }
local answer = any { bytes "6B 8?", bytes "6D 8?", bytes "7E 8?", bytes "7E ?? 30", bytes "6B ?? 30" }

protocol "kerberos" {
  title     = "Kerberos",
  reference = "RFC 4120 sections 5.4 and 7.2.2",
  category  = "directory",
  ports     = { "88/udp", "88/tcp" },
  alternates = { "750/udp" },

  udp { client = ask, server = answer, alone = { "client", "server" }, check = datagrams },
  tcp { client = all { bytes "00 0? ?? ??", at(4, ask) }, server = all { bytes "00 0? ?? ??", at(4, answer) },
        alone = { "client", "server" }, check = stream },
  tcp { client = all { bytes "00 0? ?? ??", at(4, ask) }, check = client_only },

  example { client = hex "6A 0C 30 0A A1 03 02 01 05 A2 03 02 01 0A",
    server = hex "7E 0C 30 0A A0 03 02 01 05 A1 03 02 01 1E", transport = "udp" },
  example { client = hex "00 00 00 0E 6A 0C 30 0A A1 03 02 01 05 A2 03 02 01 0A", transport = "tcp" },
  counterexample { client = hex "30 0C 02 01 01 60 07 02 01 03 04 00 80 00" },
}
