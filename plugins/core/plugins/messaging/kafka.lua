-- A length, an API key, its version, a correlation id, a client name (Kafka protocol guide, request header).
-- The answer repeats the correlation id after its length.
local function request(v)
  local length, key, version, name = v:u32(0), v:u16(4), v:u16(6), v:u16(12)
  if not name or length < 10 or length > 0x00FFFFFF or key > 92 or version > 20 then return false end
  return name == 0xFFFF or name <= 200 and name + 10 <= length
end

local function check(m)
  if not request(m.client) then return false end
  if not m.server then
    -- Alone: the length must be exact and the name plain text.
    local v = m.client
    local first = v:u8(14)
    return v:u32(0) == v:size() - 4 and v:u16(12) > 2 and v:u16(12) < 200 and first ~= nil and first >= 0x2D
      and first <= 0x7A
  end
  local id = m.server:u32(4)
  if not id then return more end
  return id == m.client:u32(8)
end

protocol "kafka" {
  title     = "Apache Kafka",
  reference = "Kafka protocol guide: request and response headers",
  category  = "messaging",
  ports     = { "9092/tcp" },
  alternates = { "9093/tcp", "9094/tcp", "19092/tcp" },

  tcp { client = bytes "00 ?? ?? ?? 00 ?? 00 ?? ?? ?? ?? ?? ?? ??", server = bytes "00 ?? ?? ??", alone = "client",
    check = check },

  fields {
    client = function(m)
      local size = m.client and m.client:u16(12)
      return size and size > 0 and size < 200 and { software = m.client:bytes(14, size) } or {}
    end,
  },

  example { client = hex "00 00 00 12 00 12 00 00 00 00 00 01 00 08 72 64 6B 61 66 6B 61 00",
    server = hex "00 00 00 0A 00 00 00 01 00 00 00 00 00 00" },
  counterexample { client = hex "00 00 00 12 00 12 00 00 00 00 00 01 00 08",
    server = hex "00 00 00 0A 00 00 00 02 00 00 00 00 00 00" },
}
