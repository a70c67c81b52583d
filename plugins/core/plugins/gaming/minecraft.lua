-- A handshake: its length, 00, the protocol's number, the server's name with its length, the port, and what
-- comes next: 1 status, 2 login, 3 transfer.  Numbers are of seven bits a byte (Minecraft protocol, Server
-- list ping, handshaking).
local function number(v, at)
  local value, shift = 0, 0
  for i = 0, 4 do
    local b = v:u8(at + i)
    if not b then return nil, at end
    value = value | (b & 0x7F) << shift
    if b < 0x80 then return value, at + i + 1 end
    shift = shift + 7
  end
  return -1, at
end

local function handshake(m)
  local v = m.client
  local length, at = number(v, 0)
  local start = at
  if not length then return more end
  local version
  version, at = number(v, at + 1)
  if not version then return more end
  if version == -1 then return false end
  local name
  name, at = number(v, at)
  if not name or not v:u8(at + name + 2) then return more end
  -- A name of letters; mods and proxies put zeros and more text behind it.
  for i = at, at + math.min(name, 20) - 1 do
    local c = v:u8(i)
    if c < 0x20 and c ~= 0 or c > 0x7E then return false end
  end
  local next_state = v:u8(at + name + 2)
  return name > 0 and name <= 255 and next_state >= 1 and next_state <= 3 and at + name + 3 - start == length
end

-- The status is a text of JSON, with three lengths before it.
local status = any { bytes "?? 00 ?? 7B 22", bytes "?? ?? 00 ?? 7B 22", bytes "?? ?? 00 ?? ?? 7B 22",
  bytes "?? ?? ?? 00 ?? ?? 7B 22", bytes "?? ?? ?? 00 ?? ?? ?? 7B 22" }

protocol "minecraft" {
  title     = "Minecraft (Java edition)",
  reference = "Minecraft protocol documentation: handshaking, server list ping",
  category  = "gaming",
  ports     = { "25565/tcp" },

  tcp { client = bytes "[06-7F] 00", server = status, check = handshake },
  tcp { client = bytes "[80-FF] [01-02] 00", server = status, check = handshake },
  -- A login is answered with a compression (3), an encryption (1, its empty name), or a disconnection (0, in
  -- JSON).
  tcp { client = bytes "[06-7F] 00 [80-FF]", server = any { bytes "[03-05] 03", bytes "?? ?? 01 00",
    bytes "[08-7F] 02",
    bytes "?? 01 00" }, check = handshake },
  -- The ping of older clients: FE 01, then MC|PingHost in 16 bits.
  tcp { client = bytes "FE 01 FA 00 0B 00 4D 00 43 00 7C", server = bytes "FF [00-01]", alone = "client" },
  -- Its answer: FF, a count of letters, then section sign, 1, zero, all in 16 bits.
  tcp { client = bytes "FE", server = bytes "FF ?? ?? 00 A7 00 31 00 00", alone = "server" },

  fields { server = {
    [["version" ?: ?\{[^}]{0,60}"name" ?: ?"(?<version>[^"]{1,60})"]],
    [["protocol" ?: ?(?<protocol_version>\d{1,10})]],
  } },

  example { client = "\x10\0\xFF\5\x09localhost\x63\xDD\1\1\0",
    server = '\x42\0\x40{"version":{"name":"1.20.1","protocol":763},"players":{"max":20}}' },
  example { client = "\x10\0\xFB\5\x09localhost\x63\xDD\2", server = "\3\3\x80\2" },
  example { client = hex "FE 01 FA 00 0B 00 4D 00 43 00 7C 00 50 00 69 00 6E 00 67" },
  example { client = hex "FE 01 FA 00 0B 00 4D 00 43 00 7C 00 50 00 69 00 6E 00 67",
    server = hex "FF 00 23 00 A7 00 31 00 00 00 34 00 37" },
  -- A server before that, whose greeting is its name, in letters that are not Latin.
  example { client = hex "FE 01 FA 00 0B 00 4D 00 43 00 7C 00 50 00 69 00 6E 00 67",
    server = hex "FF 00 08 04 1C 04 38 04 40 00 A7 00 30 00 A7 00 32 00 30" },
  example { client = hex "FE 01 FA", server = hex "FF 00 23 00 A7 00 31 00 00 00 34 00 37" },
  example { client = "\x8C\1\0\xFF\5\x84\1" .. string.rep("a", 132) .. "\x63\xDD\1",
    server = '\x42\0\x40{"version":{"name":"1.20.1","protocol":763},"players":{"max":20}}' },
  counterexample { client = "\x10\0\xFF\5\x08localhost\x63\xDD\1\1\0", server = '\x42\0\x40{"version":{}}' },
}
