-- Frames: a length, a key (answers set the top bit), a version, a correlation id that the answer repeats, a
-- result.  A client opens with PeerProperties (11 hex), an array of names and values (RabbitMQ Stream
-- protocol reference).
local function check(m)
  local a, b = m.client, m.server
  if not a then return true end
  local size, count = a:u32(0), a:u32(12)
  if not count or not a:u16(16) then return more end
  if count > 64 or a:u16(16) > 64 or size < 12 then return false end
  local letter = a:u8(18)
  if not b then return letter ~= nil and letter >= 0x61 and letter <= 0x7A and a:u16(16) >= 4
      and a:size() == size + 4 end
  return not b:u32(8) and more or b:u32(8) == a:u32(8)
end

protocol "rabbitmq-stream" {
  title     = "RabbitMQ stream protocol",
  reference = "RabbitMQ Stream protocol reference: PeerProperties",
  category  = "messaging",
  ports     = { "5552/tcp" },
  alternates = { "5551/tcp" },

  tcp { client = bytes "00 00 ?? ?? 00 11 00 01 ?? ?? ?? ?? 00 00 00 ??",
    server = bytes "00 00 ?? ?? 80 11 00 01 ?? ?? ?? ?? 00 01", alone = "client", check = check },
  tcp { server = bytes "00 00 ?? ?? 80 11 00 01 ?? ?? ?? ?? 00 01 00 00 00 ?? 00", alone = "server" },

  fields {
    server = {
      [[(?s)\x00\x07product\x00.(?<product>[\x20-\x7e]+)]],
      [[(?s)\x00\x07version\x00.(?<version>\d[\x20-\x7e]*)]],
    },
    client = [[(?s)\x00\x07product\x00.(?<software>[\x20-\x7e]+)]],
  },

  -- Behind what stands last there is no zero any more.
  example { client = hex "00 00 00 36 00 11 00 01 00 00 00 01 00 00 00 02 00 07" ..
      "product\0\x0FRabbitMQ Stream\0\8platform\0\4Java",
    server = hex "00 00 00 4D 80 11 00 01 00 00 00 01 00 01 00 00 00 03" ..
      "\0\8platform\0\x0FErlang/OTP 25.3\0\7product\0\8RabbitMQ\0\7version\0\x063.12.6" },
  example { client = hex "00 00 00 1B 00 11 00 01 00 00 00 01 00 00 00 01 00 07" .. "product" ..
      hex "00 04" .. "demo" },
  example { server = hex "00 00 00 25 80 11 00 01 00 00 00 01 00 01 00 00 00 01 00 07" ..
      "product\0\8RabbitMQ" },
  -- Kafka's SaslHandshake has the same key and version.
  counterexample { client = hex "00 00 00 14 00 11 00 01 00 00 00 01 00 02 61 62 00 06 70 6C 61 69 6E 31",
    server = hex "00 00 00 0E 00 00 00 01 00 00 00 00 00 01 00 02" },
}
