-- MessagePack: an array of a tag and entries, packed entries or a time with a record; a server that wants a
-- password first sends ["HELO", {...}] (Fluentd forward protocol 1).
local function check(m)
  local v = m.client
  local length = v:u8(1) & 0x1F
  for i = 2, 1 + length do
    local c = v:u8(i)
    if not c then return more end
    -- Tags are words of letters, digits and _ - . * / :
    if c < 0x2A or c > 0x7A or c > 0x3A and c < 0x41 or c > 0x5A and c < 0x5F then return false end
  end
  local at = 2 + length
  local kind = v:u8(at)
  if not kind then return more end
  -- EventTime: an extension of type 0 with 8 bytes; or seconds as a 32-bit number, since 2011.
  if kind == 0xD7 or kind == 0xCE then
    local seconds = v:u32(at + (kind == 0xD7 and 2 or 1))
    if not seconds then return more end
    return (kind == 0xCE or v:u8(at + 1) == 0) and seconds > 0x4D000000 and seconds < 0x80000000
      and length >= 3
  end
  -- Entries packed as binary or string, or an array of them; an entry is [time, record].
  local heads = { [0xC4] = 2, [0xC5] = 3, [0xC6] = 5, [0xD9] = 2, [0xDA] = 3, [0xDB] = 5, [0xDC] = 3,
    [0xDD] = 5 }
  at = at + (heads[kind] or (kind & 0xF0 == 0x90 and 1 or 1000))
  local first, second, third = v:u8(at), v:u8(at + 1), v:u8(at + 2)
  if not third then return length >= 1 and at < 1000 and more or false end
  return first == 0x92 and (second == 0xD7 and third == 0 or second == 0xCE and third >= 0x4D
    and third < 0x80)
    or first == 0x1F and second == 0x8B and third == 8
end

protocol "fluentd-forward" {
  title     = "Fluentd forward protocol",
  reference = "Fluentd forward protocol specification, versions 1 and 1.5",
  category  = "management",
  ports     = { "24224/tcp" },

  -- An array of two to four, a short string that begins with a letter.
  tcp { client = bytes "[92-94] [a1-bf] [41-7a] [2a-d7] [2a-d7]", alone = "client", check = check },
  tcp { client = bytes "96 A4 50 49 4E 47", server = bytes "92 A4 48 45 4C 4F 8?", alone = { "client",
    "server" } },

  example { client = hex "93 A7" .. "app.log" .. hex "D7 00 65 00 00 00 00 00 00 01 81 A3" .. "msg"
    .. hex "A2" .. "hi" },
  example { client = hex "93 A7" .. "app.log" .. hex "C4 20 92 D7 00 65 00 00 00 00 00 00 01 81" },
  example { client = hex "92 A7" .. "app.log" .. hex "91 92 CE 65 00 00 00 81" },
  example { server = hex "92 A4 48 45 4C 4F 83 A5" .. "nonce", client = hex "96 A4 50 49 4E 47 A4"
    .. "web1" },
  counterexample { client = hex "93 A7" .. "app.log" .. hex "C4 20 11 D7 00 65 00" },
  counterexample { client = hex "94 00 CD 12 34 A4" .. "call" .. hex "90" },
}
