-- Encrypted DNS before DNS over TLS.  A question begins with eight bytes of the resolver's choice, a public
-- key of 32 and half
-- a nonce of 12; the answer with "r6fnvWj8" and the whole nonce, of which that is the first half (DNSCrypt
-- version 2).
-- Over TCP two bytes of length come first.  The resolver's certificate is fetched with plain DNS; those
-- flows are DNS.
local function repeats(m, base)
  local ask, answer = m.client, m.server
  if not ask then return true end
  local nonce = ask:bytes(base + 40, 12)
  return nonce ~= nil and answer:bytes(base + 8, 12) == nonce
end

-- An answer is 32 bytes of header, a tag of 16 and a padded message.
local answer = starts "r6fnvWj8"

protocol "dnscrypt" {
  title     = "DNSCrypt",
  reference = "DNSCrypt version 2 protocol specification, sections 5 and 6",
  category  = "security",
  -- Resolvers choose; customary: 443, 5353, 8443.
  dynamic   = true,

  udp { client = length(68, 4096), server = all { answer, length(48, 4096) },
        check = function(m) return repeats(m, 0) end },
  -- Several questions may be under way: the constant alone has 64 bits.
  udp { server = all { answer, length(48, 4096) }, alone = "server" },
  tcp { server = all { bytes "0? ??", at(2, answer) }, alone = "server" },

  example { client = string.rep("\1", 8) .. string.rep("\2", 32) .. "abcdefghijkl" .. string.rep("\3", 80),
    server = "r6fnvWj8abcdefghijklmnopqrstuvwx" .. string.rep("\4", 80), transport = "udp" },
  example { server = "r6fnvWj8abcdefghijklmnopqrstuvwx" .. string.rep("\4", 80), transport = "udp" },
  example { server = "\0\x70r6fnvWj8abcdefghijklmnopqrstuvwx" .. string.rep("\4", 80), transport = "tcp" },
  counterexample { server = "r6fnvWj9abcdefghijklmnopqrstuvwx" .. string.rep("\4", 80), transport = "udp" },
  counterexample { client = "\x12\x34\1\0\0\1\0\0\0\0\0\0\3www\7example\3org\0\0\1\0\1", transport = "udp" },
}
