-- A prologue of the Noise handshake: WA, a number, the dictionary's version; then frames of a length in
-- three bytes.  Telephones that know their way in say ED 00 01 first, a length in three bytes and that
-- routing (Baileys, Noise handler).  Both numbers grow with the
-- versions, so that they are loose.
local function frame(v, at)
  local length, kind = v:u24(at + 4), v:u8(at + 7)
  if not kind then return more end
  -- The hello of the client is field 2 of a protocol buffer; its first field is the ephemeral key.
  return length >= 32 and length < 2048 and kind == 0x12
end

local function plain(m)
  return frame(m.client, 0)
end

local function routed(length)
  return seq { bytes "45 44 00 01", counted(3, 0, 256), bytes("57 41 ?? ?? 00 " .. length .. " 12") }
end

-- The server's hello is field 3.
local hello = bytes "00 ?? ?? 1A"

protocol "whatsapp" {
  title     = "WhatsApp",
  reference = "Baileys (open source client), Noise handler",
  category  = "messaging",
  shares    = { "5222/tcp", "443/tcp", "80/tcp" },

  tcp { client = bytes "57 41 [01-0F] [00-0F] 00 ?? ?? 12 ?? 0A 20", server = hello, alone = "client",
    check = plain },
  tcp { client = bytes "57 41 [01-0F] [00-0F] 00 ?? ?? 12 ?? ?? 0A 20", server = hello, alone = "client",
    check = plain },
  tcp { client = any { routed "00 [20-FF]", routed "[01-07] ??" }, server = hello, alone = "client" },

  example { client = "WA\6\3\0\0\x24\x12\x22\x0A\x20" .. string.rep("\xA5", 32) },
  example { client = "WA\6\3\0\1\x09\x12\x86\2\x0A\x20" .. string.rep("\xA5", 250) },
  example { client = "ED\0\1\0\0\2\8\1WA\6\3\0\0\x24\x12\x22\x0A\x20" .. string.rep("\xA5", 32) },
  example { client = "WA\6\3\0\0\x24\x12\x22\x0A\x20" .. string.rep("\xA5", 32),
    server = hex "00 01 5E 1A DB 02 0A 20" .. string.rep("\x5A", 32) },
  counterexample { client = "WA\6\3\0\0\x24\x12\x22\x0A\x20" .. string.rep("\xA5", 32),
    server = "HTTP/1.1 400 Bad Request\r\n" },
  counterexample { client = "ED\0\1\0\0\2\8\1XA\6\3\0\0\x24\x12\x22" },
  counterexample { client = "WARC/1.0\r\nWARC-Type: warcinfo\r\n" },
}
