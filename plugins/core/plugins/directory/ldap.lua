-- One BER sequence per message: a message id, then an operation with an application tag (RFC 4511 section 4.2 and on).

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

-- Bind 60, unbind 42, search 63, modify 66, add 68, delete 4A, rename 6C, compare 6E, abandon 50, extended 77.
local asks = { [0x60] = true, [0x42] = true, [0x63] = true, [0x66] = true, [0x68] = true, [0x4A] = true, [0x6C] = true,
  [0x6E] = true, [0x50] = true, [0x77] = true }
local answers = { [0x61] = true, [0x64] = true, [0x65] = true, [0x67] = true, [0x69] = true, [0x6B] = true,
  [0x6D] = true, [0x6F] = true, [0x73] = true, [0x78] = true, [0x79] = true }

local function message(v, operations)
  local _, start, length = element(v, 0)
  if not length then return false end
  local id, at, size = element(v, start)
  if id ~= 2 or not size or size < 1 or size > 4 then return false end
  local operation, body, body_length = element(v, at + size)
  if not body_length or not operations[operation] then return false end
  local rest = start + length - body - body_length                -- controls (A0) may follow
  return rest == 0 or rest >= 2 and (v:u8(body + body_length) == nil or v:u8(body + body_length) == 0xA0)
end

local function check(m)
  return (not m.client or message(m.client, asks)) and (not m.server or message(m.server, answers))
end

-- The length takes one, two, three or five bytes (Windows always writes five); the id follows.
local message_start = any {
  bytes "30 ?? 02 0?", bytes "30 81 ?? 02 0?", bytes "30 82 ?? ?? 02 0?", bytes "30 83 ?? ?? ?? 02 0?",
    bytes "30 84 ?? ?? ?? ?? 02 0?",
}

protocol "ldap" {
  title     = "Lightweight Directory Access Protocol",
  reference = "RFC 4511 sections 4.1.1 and 4.2",
  category  = "directory",
  ports     = { "389/tcp", "389/udp", "3268/tcp" },
  alternates = { "1389/tcp", "10389/tcp", "636/tcp" },

  tcp { client = message_start, server = message_start, alone = { "client", "server" }, check = check },
  udp { client = message_start, server = message_start, alone = { "client", "server" }, check = check },

  example { client = hex "30 0C 02 01 01 60 07 02 01 03 04 00 80 00",
    server = hex "30 0C 02 01 01 61 07 0A 01 00 04 00 04 00" },
  counterexample { client = hex "30 1E 02 01 00 04 04 74 65 73 74 A0 13 02 01 01 02 01 00 02 01 00 30 08 30 06 06 02 2B 06 05 00" },
}
