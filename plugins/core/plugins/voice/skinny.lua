-- Little-endian words: the length of what follows the second, a header version, then the message (Cisco
-- SCCP; the header is published with the sources of chan_skinny and chan-sccp).  Telephones register (1)
-- with their name or report their ports. 0 is the basic header; 11 and up say CM7 types.
local version = { [0] = true, [0x11] = true, [0x12] = true, [0x14] = true, [0x15] = true, [0x16] = true }

local function chain(v, low, high)
  local at = 0
  for _ = 1, 6 do
    local length, head, kind = v:u32le(at), v:u32le(at + 4), v:u32le(at + 8)
    if not kind then return at > 0 end
    if length < 4 or length > 3000 or not version[head] or kind < low or kind > high then return false end
    at = at + 8 + length
    if at >= v:size() then return true end
  end
  return true
end

local function check(m)
  return chain(m.client, 0, 0x7F) and (not m.server or chain(m.server, 0x81, 0x1FF))
end

-- Registering: the device's name, letters and digits and a zero before 16 bytes are full.
local function register(m)
  local v = m.client
  if not chain(v, 0, 0x7F) then return false end
  for i = 12, 27 do
    local c = v:u8(i)
    if not c then return more end
    if c == 0 then return i > 15 end
    if c < 0x21 or c > 0x7E then return false end
  end
  return false
end

protocol "skinny" {
  title     = "Skinny Client Control Protocol",
  reference = "Cisco SCCP, message header as in Asterisk's chan_skinny",
  category  = "voice",
  ports     = { "2000/tcp" },
  alternates = { "2443/tcp" },

  tcp { client = bytes "?? ?? 00 00 ?? 00 00 00 01 00 00 00 [21-7E]", alone = "client", check = register },
  -- Acknowledged (81), refused (9D), asked for capabilities (9B), alive (100).
  tcp { client = bytes "?? ?? 00 00 ?? 00 00 00 ?? 00 00 00",
    server = any { bytes "?? ?? 00 00 ?? 00 00 00 81 00 00 00",
    bytes "?? ?? 00 00 ?? 00 00 00 9B 00 00 00", bytes "?? ?? 00 00 ?? 00 00 00 9D 00 00 00",
    bytes "04 00 00 00 ?? 00 00 00 00 01 00 00" }, check = check },

  fields { client = [[^.{8}\x01\0\0\0(?<device>[!-~]{3,16})]] },

  example { client = "\x28\0\0\0\0\0\0\0\1\0\0\0SEP001122334455\0" .. string.rep("\0", 20),
    server = "\x14\0\0\0\0\0\0\0\x81\0\0\0\x1E\0\0\0M/D/Y\0\0\0\x1E\0\0\0" },
  -- The answer was not captured: instance 1 at 192.0.2.1, a 7960.
  example { client = "\x28\0\0\0\0\0\0\0\1\0\0\0SEP001122334455\0\z
      \0\0\0\0\1\0\0\0\xC0\0\2\1\7\0\0\0\0\0\0\0" },
  example { client = "\4\0\0\0\0\0\0\0\0\0\0\0", server = "\4\0\0\0\0\0\0\0\0\1\0\0" },
  -- Little-endian words too: a login of Soulseek.
  counterexample { client = "\x48\0\0\0\1\0\0\0\2\0\0\0me\2\0\0\0pw", server = "\x10\0\0\0\1\0\0\0\1" },
}
