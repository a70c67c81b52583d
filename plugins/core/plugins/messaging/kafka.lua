-- A length, an API key, its version, a correlation id, a client name (Kafka protocol guide, request header).
-- The answer repeats the correlation id after its length.
local function request(v)
  local length, key, version, name = v:u32(0), v:u16(4), v:u16(6), v:u16(12)
  if not name or length < 10 or length > 0x00FFFFFF or key > 92 or version > 20 then return false end
  if name == 0xFFFF or name == 0 then
    -- Nameless: the length must lead to the end, or to the next request with the next id.
    if v:size() < length + 4 then return v:size() < 1400 and more or length < 0x00200000 and v:u32(8) ~= 0 end
    return v:size() == length + 4 or v:u32(length + 12) == v:u32(8) + 1
  end
  if name > 200 or name + 10 > length then return false end
  for i = 14, 13 + math.min(name, 6, v:size() - 14) do
    if v:u8(i) < 0x20 or v:u8(i) > 0x7E then return false end
  end
  return true
end

local function check(m)
  local asked = request(m.client)
  if asked ~= true then return asked end
  if not m.server then
    -- Alone: the length must be exact and the name plain text.
    local v = m.client
    local first = v:u8(14)
    return v:u32(0) == v:size() - 4 and v:u16(12) > 2 and v:u16(12) < 200 and first ~= nil and first >= 0x2D
      and first <= 0x7A
  end
  local id = m.server:u32(4)
  if not id then return more end
  if m.server:u32(0) < 6 then return false end
  return id == m.client:u32(8)
end

protocol "kafka" {
  title     = "Apache Kafka",
  reference = "Kafka protocol guide: request and response headers",
  category  = "messaging",
  ports     = { "9092/tcp" },
  alternates = { "9093/tcp", "9094/tcp", "19092/tcp" },

  tcp { client = any {
      bytes "00 ?? ?? ?? 00 [00-5C] 00 [00-14] ?? ?? ?? ?? 00 [00-C8]",
      bytes "00 ?? ?? ?? 00 [00-5C] 00 [00-14] ?? ?? ?? ?? FF FF" }, server = bytes "00 ?? ?? ??",
        alone = "client",
    check = check },

  fields {
    client = function(m)
      local size = m.client and m.client:u16(12)
      return size and size > 0 and size < 200 and { software = m.client:bytes(14, size) } or {}
    end,
  },

  -- ApiVersions, version 0.
  probe { send = hex "00 00 00 11 00 12 00 00 00 00 00 01 00 07" .. "offport" },

  example { client = hex "00 00 00 12 00 12 00 00 00 00 00 01 00 08 72 64 6B 61 66 6B 61 00",
    server = hex "00 00 00 0A 00 00 00 01 00 00 00 00 00 00" },
  -- Counting numbers: the name is no text.
  counterexample { client = hex "00 10 00 11 00 12 00 13 00 14 00 15 00 16 00 17 00 18 00 19",
    server = hex "00 10 00 11 00 12 00 13 00 14 00 15 00 16 00 17" .. hex "00 18 00 19" },
  counterexample { client = hex "00 00 00 12 00 12 00 00 00 00 00 01 00 08",
    server = hex "00 00 00 0A 00 00 00 02 00 00 00 00 00 00" },
}
