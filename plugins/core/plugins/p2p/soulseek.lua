-- Little-endian: a length, a code of four bytes.  Login, 1: a name, a password, a version, the MD5 of both
-- as 32 digits, each text with its length.  Peers send a length, a code of one byte, 1, a name and what the
-- connection is for: P, F or D (Nicotine+, slskproto).
local function login(m)
  local v = m.client
  local length, name = v:u32le(0), v:u32le(8)
  if not name then return more end
  if name == 0 or name > 64 then return false end
  local word = v:u32le(12 + name)
  if not word then return more end
  if word > 128 then return false end
  local digest = v:u32le(20 + name + word)
  return digest == 32 and length >= 48 + name + word and length < 400
end

local function peer(m)
  local v = m.client
  local length, name = v:u32le(0), v:u32le(5)
  if not name then return more end
  if name == 0 or name > 64 or length ~= name + 18 and length ~= name + 14 then return false end
  local purpose = v:u8(13 + name)
  return v:u32le(9 + name) == 1 and (purpose == 0x50 or purpose == 0x46 or purpose == 0x44)
end

protocol "soulseek" {
  title     = "Soulseek",
  reference = "Nicotine+, documentation of the Soulseek protocol",
  category  = "p2p",
  ports     = { "2242/tcp", "2416/tcp", "2234/tcp" },
  alternates = { "2271/tcp", "2235-2239/tcp" },

  tcp { client = bytes "?? [00-01] 00 00 01 00 00 00 [01-40] 00 00 00", server = bytes "?? ?? 00 00 01 00 00 00",
    alone = "client", check = login },
  tcp { client = bytes "[0F-5F] 00 00 00 01 [01-40] 00 00 00 [21-7E]", alone = "client", check = peer },

  example { client = "\x40\0\0\0\1\0\0\0\2\0\0\0me\2\0\0\0pw\xA0\0\0\0\x20\0\0\0" .. string.rep("ab", 16)
    .. "\x11\0\0\0",
    server = "\x10\0\0\0\1\0\0\0\1\0\0\0\0" },
  example { client = "\x10\0\0\0\1\2\0\0\0me\1\0\0\0P\1\2\3\4" },
  -- SCCP's registration has 16 bytes of name where the lengths stand.
  counterexample { client = "\x28\0\0\0\0\0\0\0\1\0\0\0SEP001122334455\0" .. string.rep("\0", 20) },
}
