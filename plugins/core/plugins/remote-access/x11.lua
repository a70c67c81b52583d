-- Set-up: byte order, a pad byte, protocol 11.0, lengths of the authorization's name and data, a pad.  The answer: failed
-- (0), success (1) or authenticate (2), then 11.0 in the client's order (X Window System Protocol, chapter 8).
local little = bytes "6C ?? 0B 00 00 00 [00-40] 00 [00-FF] [00-01]"
local big    = bytes "42 ?? 00 0B 00 00 00 [00-40] [00-01] ??"

-- The vendor's name stands after 40 bytes, and its release number before.
local function vendor(m)
  local v = m.server
  if not v or v:u8(0) ~= 1 then return nil end
  local small = v:u8(2) == 11
  local n = small and v:u16le(24) or v:u16(24)
  local release = small and v:u32le(8) or v:u32(8)
  if not n or n == 0 or n > 100 then return nil end
  return { vendor = v:bytes(40, n), version = release and string.format("%d", release) }
end

protocol "x11" {
  title     = "X Window System",
  reference = "X Window System Protocol, X Version 11, chapter 8",
  category  = "remote-access",
  ports     = { "6000-6063/tcp" },

  -- A refusal says 11.0 too; its second byte is the length of the reason.
  tcp { client = little, server = bytes "[00-02] ?? 0B 00 00 00", alone = "client" },
  tcp { client = big, server = bytes "[00-02] ?? 00 0B 00 00", alone = "client" },

  fields { server = vendor },

  example { client = hex "6C 00 0B 00 00 00 12 00 10 00 00 00" .. "MIT-MAGIC-COOKIE-1\0\0",
    server = hex "01 00 0B 00 00 00 08 00" },
  example { client = hex "42 00 00 0B 00 00 00 00 00 00 00 00", server = hex "01 00 00 0B 00 00 00 08" },
  counterexample { client = hex "6C 00 0A 00 00 00 12 00 10 00 00 00", server = hex "01 00 0A 00 00 00 08 00" },
}
