-- One BER sequence (RFC 1157 section 4, RFC 3416, RFC 3412 section 6): a version, then a community and a PDU, or, in
-- version 3, a header of its own.

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

local function message(v)
  local _, start, length = element(v, 0)
  if not length or length < 10 or length > 65507 or v:size() > start + length + 4 then return false end
  if not v:starts(start, "\2\1") then return false end
  local version = v:u8(start + 2)
  local tag, at, size = element(v, start + 3)
  if not size then return false end
  if version == 3 then                                           -- header data: a sequence that begins with an integer
    return tag == 0x30 and size >= 10 and size < 60 and v:u8(at) == 2 and v:u8(at + size) == 4
  end
  if version ~= 0 and version ~= 1 or tag ~= 4 or size > 255 then return false end
  local pdu, _, pdu_length = element(v, at + size)
  return pdu_length ~= nil and pdu >= 0xA0 and pdu <= 0xA8
end

local function check(m)
  return (not m.client or message(m.client)) and (not m.server or message(m.server))
end

-- The length takes one to five bytes; the version follows it.
local message_start = any {
  bytes "30 ?? 02 01 0?", bytes "30 81 ?? 02 01 0?", bytes "30 82 ?? ?? 02 01 0?", bytes "30 83 ?? ?? ?? 02 01 0?",
  bytes "30 84 ?? ?? ?? ?? 02 01 0?",
}

protocol "snmp" {
  title     = "Simple Network Management Protocol",
  reference = "RFC 1157 section 4, RFC 3416, RFC 3412 section 6",
  category  = "management",
  ports     = { "161/udp", "162/udp" },
  alternates = { "1161/udp", "1162/udp" },

  udp { either = message_start, alone = { "client", "server" }, check = check },

  fields {
    server = function(m)
      local v = m.server
      if not v then return {} end
      local _, start = element(v, 0)
      local version = start and v:u8(start + 2)
      return { protocol_version = version == 0 and "1" or version == 1 and "2c" or version == 3 and "3" or nil }
    end,
  },

  example {
    client = hex "30 1E 02 01 00 04 04 74 65 73 74 A0 13 02 01 01 02 01 00 02 01 00 30 08 30 06 06 02 2B 06 05 00",
    server = hex "30 1E 02 01 00 04 04 74 65 73 74 A2 13 02 01 01 02 01 00 02 01 00 30 08 30 06 06 02 2B 06 05 00",
  },
  counterexample { client = hex "30 0C 02 01 01 60 07 02 01 03 04 00 80 00" },
  counterexample { client = hex "30 84 00 00 00 10 02 01 01 63 00" },
}
