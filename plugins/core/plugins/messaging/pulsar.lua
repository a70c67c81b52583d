-- A length of the whole, a length of the command, a command in protocol buffers: type 2 with field 2
-- (CONNECT), type 3 with field 3 (CONNECTED), each opening with a version string, or type 14 (ERROR) (Pulsar
-- binary protocol specification).
local function frame(v)
  local whole, command = v:u32(0), v:u32(4)
  return command ~= nil and whole >= command + 4 and command > 4
end

local function check(m)
  return (not m.client or frame(m.client)) and (not m.server or frame(m.server))
end

protocol "pulsar" {
  title     = "Apache Pulsar",
  reference = "Apache Pulsar documentation, binary protocol specification",
  category  = "messaging",
  ports     = { "6650/tcp" },

  -- Versions of the string's and the command's length vary; one or two bytes each.
  tcp { client = any { bytes "00 00 ?? ?? 00 00 ?? ?? 08 02 12 ?? 0A",
      bytes "00 00 ?? ?? 00 00 ?? ?? 08 02 12 ?? ?? 0A" },
    server = any { bytes "00 00 ?? ?? 00 00 ?? ?? 08 03 1A", bytes "00 00 ?? ?? 00 00 ?? ?? 08 0E 72" },
    alone = "client", check = check },
  tcp { server = bytes "00 00 ?? ?? 00 00 ?? ?? 08 03 1A ?? 0A", alone = "server", check = check },

  fields {
    server = [[(?s)^.{8}\x08\x03\x1a.\x0a.(?<banner>(?<product>[A-Za-z][A-Za-z ]*?)[ -v]*(?<version>\d[\w.+-]*))]],
    client = [[(?s)^.{8}\x08\x02\x12..?\x0a.(?<software>[A-Za-z][\x20-\x7e]+)]],
  },

  example { client = hex "00 00 00 17 00 00 00 13 08 02 12 0F 0A 0B" .. "Pulsar-Demo" .. hex "1A 00",
    server = hex "00 00 00 1B 00 00 00 17 08 03 1A 13 0A 11" .. "Pulsar Server 3.1" },
  example { server = hex "00 00 00 1B 00 00 00 17 08 03 1A 13 0A 11" .. "Pulsar Server 3.1" },
  counterexample { client = hex "00 00 00 17 00 00 00 23 08 02 12 0F 0A 0B" },
}
