-- Header length 6, version 1.0, a service, the length of the whole (ISO 22510; KNX 03_08_02 section 2.3).
-- 02: core, 03: management, 04: tunnelling, 05: routing, 07: remote logging and diagnosis, 09: secure.
local header = any { bytes "06 10 02 0? 0? ??", bytes "06 10 03 1? 0? ??", bytes "06 10 04 2? 0? ??",
  bytes "06 10 05 3? 0? ??", bytes "06 10 07 4? 0? ??", bytes "06 10 09 5? 0? ??" }

local function message(v)
  local length = v:u16(4)
  return length ~= nil and length >= 6
end
local function datagrams(m)
  return (not m.client or m.client:u16(4) == m.client:size()) and (not m.server
    or m.server:u16(4) == m.server:size())
end
-- Over TCP the next frame, if there is one, begins alike.
local function frames(v)
  if not message(v) then return false end
  local after = v:u16(4)
  return v:size() <= after or v:u8(after) == 6 and (v:u8(after + 1) or 0x10) == 0x10
end
local function stream(m)
  return (not m.client or frames(m.client)) and (not m.server or frames(m.server))
end

-- A description: 36 bytes, type 1, medium, status, address, project, serial, multicast, MAC, a name of 30
-- bytes.
local function device(m)
  local v = m.server
  local at = v and v:find(6, "\x36\x01")
  local name = at and v:bytes(at + 24, 30)
  if not name then return nil end
  local size = 0
  while size < 30 and string.byte(name, size + 1) >= 0x20 do size = size + 1 end
  local a = v:u16(at + 4)
  return { device = size > 0 and string.sub(name, 1, size) or nil,
    info = string.format("individual address %d.%d.%d", a >> 12, a >> 8 & 15, a & 255) }
end

protocol "knxnet-ip" {
  title     = "KNXnet/IP",
  reference = "ISO 22510, KNX standard 03_08_02 section 2.3",
  category  = "industrial",
  ports     = { "3671/udp", "3671/tcp" },

  udp { either = header, alone = { "client", "server" }, check = datagrams },
  tcp { either = header, alone = { "client", "server" }, check = stream },

  fields { server = device },

  example { client = hex "06 10 02 01 00 0E 08 01 C0 00 02 01 0E 57", transport = "udp" },
  example { client = hex "06 10 04 23 00 0A 04 01 00 00", transport = "tcp" },
  counterexample { client = hex "06 10 02 01 00 0F 08 01 C0 00 02 01 0E 57", transport = "udp" },
}
