-- Over TCP, "FINS", a length, a command and an error code; over UDP, the frame itself: flags 80 to 81 ask,
-- C0 to C1 answer, zero, a count of gateways, two addresses of network, node and unit, an id, then a
-- command (OMRON W227, W421).

-- Commands by their first byte, and the highest second one.
local commands = { [1] = 5, [2] = 0x20, [3] = 8, [4] = 2, [5] = 2, [6] = 0x20, [7] = 2, [8] = 1, [9] = 0x20,
  [0x0C] = 3, [0x21] = 3,
  [0x22] = 0x20, [0x23] = 0x0A, [0x26] = 3 }
local function unit(byte) return byte == 0 or byte >= 0x10 and byte <= 0x1F or byte == 0xE1
  or byte == 0xFE end
local function frame(v)
  local first, second = v:u8(10), v:u8(11)
  if not second or v:u8(3) > 127 or v:u8(6) > 127 or not unit(v:u8(5))
    or not unit(v:u8(8)) then return false end
  local highest = commands[first]
  return highest ~= nil and second >= 1 and second <= highest
end
local function check(m)
  if m.client and not frame(m.client) then return false end
  return not m.server or frame(m.server)
end

-- The answer to 0501 names the controller's model and version, 20 characters each.
local function text(v, at)
  local s = v:bytes(at, 20)
  local size = 0
  while s and size < 20 and string.byte(s, size + 1) > 0x20 do size = size + 1 end
  return size > 0 and string.sub(s, 1, size) or nil
end
local function controller(m)
  local v = m.server
  local at = 0
  for _ = 1, 4 do                                                -- over TCP each frame stands behind 16 bytes
    if not v or v:starts(at, "FINS") ~= true then break end
    if v:u32(at + 8) == 2 then at = at + 16; break end
    at = at + 8 + v:u32(at + 4)
  end
  if not v or v:u16(at + 10) ~= 0x0501 then return nil end
  return { vendor = "OMRON", product = text(v, at + 14), version = text(v, at + 34) }
end

protocol "fins" {
  title     = "OMRON FINS",
  reference = "OMRON W421 section 7-4, W227 section 1-5",
  category  = "industrial",
  ports     = { "9600/tcp", "9600/udp" },

  -- Commands 0 to 3, error 0.
  tcp { either = bytes "46 49 4E 53 00 00 ?? ?? 00 00 00 0? 00 00 00", alone = { "client", "server" } },
  udp { client = all { any { bytes "80 00 02 00", bytes "80 00 07 00", bytes "81 00 02 00" }, length(12,
    2012) },
        server = any { bytes "C0 00 02", bytes "C1 00 02", bytes "C0 00 07" } },
  udp { either = all { any { bytes "[80-81] 00 02", bytes "[80-81] 00 07", bytes "[C0-C1] 00 02",
    bytes "[C0-C1] 00 07" },
        length(12, 2012) }, alone = { "client", "server" }, check = check },

  fields { server = controller },

  example { client = hex "46 49 4E 53 00 00 00 0C 00 00 00 00 00 00 00 00 00 00 00 00", transport = "tcp" },
  example { client = hex "80 00 02 00 01 00 00 02 00 05 05 01",
    server = hex "C0 00 02 00 02 00 00 01 00 05 05 01 00 00"
    .. "CJ2M-CPU33          02.01               ", transport = "udp" },
  example { client = hex "80 00 02 00 01 00 00 02 00 05 01 01 82 00 64 00 00 01", transport = "udp" },
  counterexample { client = "FINS and more", transport = "tcp" },
  counterexample { client = hex "80 00 02 00 01 00 00 02 00 05 7F 01 82 00 64 00 00 01", transport = "udp" },
}
