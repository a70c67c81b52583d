-- A header of 24 bytes, little end first: command, length, session, status, the sender's context, options,
-- always zero (CIP volume 2, section 2-3).
local commands = { [0x04] = true, [0x63] = true, [0x64] = true, [0x65] = true, [0x66] = true, [0x6F] = true,
  [0x70] = true }

local function message(v)
  local length, status, options = v:u16le(2), v:u32le(8), v:u32le(20)
  if not options or options ~= 0 or status > 0x6A then return false end
  -- What opens a session or sends data carries something; what asks and ends carries nothing.
  local command = v:u8(0)
  if command == 0x65 and length ~= 4 or command == 0x66 and length ~= 0 then return false end
  if (command == 0x6F or command == 0x70) and (length < 6 or v:u32le(4) == 0) then return false end
  return v:size() >= 24 and length <= 1500 and (v:size() == 24 + length or v:size() > 24 + length
    and commands[v:u8(24 + length)] and (v:u8(24 + length + 1) or 0) == 0)
end
local function check(m)
  return (not m.client or message(m.client)) and (not m.server or message(m.server))
end

-- 65 registers, 66 ends, 63 asks who is there, 64 for interfaces, 04 for services, 6F and 70 send data.
local command = any { bytes "65 00 ?? 00", bytes "66 00 00 00", bytes "63 00 ?? 00", bytes "64 00 ?? 00",
  bytes "04 00 ?? 00", bytes "6F 00 ?? 0?", bytes "70 00 ?? 0?" }

-- An identity (63): item 0C with a version, an address, then maker, kind, product, revision, status, serial
-- and a name.
local makers = { [1] = "Rockwell Automation", [47] = "Omron", [90] = "HMS", [283] = "Hilscher",
  [145] = "Siemens",
  [161] = "Mitsubishi Electric", [40] = "WAGO", [108] = "Beckhoff", [562] = "Phoenix Contact",
    [243] = "Schneider Electric" }
local function identity(m)
  local v = m.server
  if not v or v:u16le(0) ~= 0x63 or v:u16le(26) ~= 0x0C then return nil end
  local size, maker = v:u8(62), v:u16le(48)
  local name = size and size > 0 and size <= 64 and v:bytes(63, size)
  if not name then return nil end
  return { product = name, vendor = makers[maker] or string.format("ODVA vendor %d", maker),
    version = string.format("%d.%d", v:u8(54), v:u8(55)), info = string.format("serial %08x", v:u32le(58)) }
end

-- Cyclic data: two items, an address with a sequence (8002, 8 bytes) and the data (B1).
local cyclic = bytes "02 00 02 80 08 00 ?? ?? ?? ?? ?? ?? ?? ?? B1 00 ?? 0?"

protocol "enip" {
  title     = "EtherNet/IP",
  reference = "ODVA CIP volume 2, section 2-3",
  category  = "industrial",
  also      = { "ethernet-ip-1", "ethernet-ip-2" },
  ports     = { "44818/tcp", "44818/udp", "2222/udp" },

  tcp { either = command, alone = { "client", "server" }, check = check },
  udp { either = command, alone = { "client", "server" }, check = check },
  udp { either = cyclic, alone = { "client", "server" } },

  fields { server = identity },

  -- ListIdentity.
  probe { home = true, transport = "tcp", send = hex "63 00 00 00 00 00 00 00 00 00 00 00" .. string.rep("\0", 12) },

  example { client = hex "65 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00" ..
    hex "00 00",
    server = hex "65 00 04 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00" },
  example { client = hex "02 00 02 80 08 00 01 00 02 00 07 00 00 00 B1 00 06 00 05 00 01 00 00 00",
    transport = "udp" },
  counterexample { client = hex "02 00 02 80 08 00 01 00 02 00 07 00 00 00 B2 00 06 00 05 00 01 00",
    transport = "udp" },
  counterexample { client = "\x70" .. string.rep("\0", 60), server = "\x6F" .. string.rep("\0", 60) },
  counterexample { client = hex "65 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00" ..
    hex "00 01 00 00 00" },
}
