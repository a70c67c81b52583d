-- A length, a version (1, or FF80 for setting another's password), the length of an AP-REQ (6E) or AP-REP
-- (6F) in Kerberos's DER, then that message with Kerberos's version 5 (RFC 3244 section 2).  Over TCP four
-- bytes of length come first.
local function message(v, base)
  local length, inner = v:u16(base), v:u16(base + 4)
  if not inner then return more end
  if base == 4 and v:u32(0) ~= length then return false end
  if inner + 6 > length or base == 0 and length ~= v:size() and v:size() < 1024 then return false end
  local at = v:find(base + 6, "\xA0\3\2\1\5")
  return at ~= nil and at <= base + 16
end

local function check_at(base)
  return function(m)
    if m.client then
      local ok = message(m.client, base)
      if ok ~= true then return ok end
    end
    -- An error (7E) comes with an AP-REP of no length.
    return not m.server or m.server:u16(base + 4) == 0 or message(m.server, base)
  end
end

local ask = any { bytes "?? ?? 00 01 ?? ?? 6E 8?", bytes "?? ?? FF 80 ?? ?? 6E 8?" }
local answer = any { bytes "?? ?? 00 01 ?? ?? 6F ?? 30", bytes "?? ?? 00 01 ?? ?? 6F 8?",
  bytes "?? ?? 00 01 00 00 7E" }

protocol "kpasswd" {
  title     = "Kerberos change password (kpasswd)",
  reference = "RFC 3244 section 2, RFC 4120 sections 5.5.1 and 5.5.2",
  category  = "directory",
  also      = { "kpasswd5" },
  ports     = { "464/udp", "464/tcp" },

  udp { client = ask, server = answer, alone = "client", check = check_at(0) },
  tcp { client = all { bytes "00 00", at(4, ask) }, server = all { bytes "00 00", at(4, answer) },
    alone = "client",
    check = check_at(4) },

  example { client = hex "00 18 FF 80 00 0E 6E 81 0B 30 09 A0 03 02 01 05 A1 03 02 01 0E 75 00 00",
    transport = "udp" },
  example {
    client = hex "00 00 00 18 00 18 00 01 00 0E 6E 81 0B 30 09 A0 03 02 01 05 A1 03 02 01 0E 75 00 00",
    transport = "tcp" },
  counterexample { client = hex "00 18 FF 80 00 0E 6A 81 0B 30 09 A0 03 02 01 05 A1 03 02 01 0E 75 00 00",
    transport = "udp" },
}
