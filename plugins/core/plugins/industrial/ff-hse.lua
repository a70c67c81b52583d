-- Version 1, options, protocol and kind (sessions 04, management 08, fieldbus messages 0C, redundancy 10;
-- request, answer or error in the low bits), a service, an address, the length of the whole (FF-588, IEC
-- 61158 type 1).
local header = any { bytes "01 ?? [04-06] ?? ?? ?? ?? ?? 00 00", bytes "01 ?? [08-0A] ?? ?? ?? ?? ?? 00 00",
  bytes "01 ?? [0C-0E] ?? ?? ?? ?? ?? 00 00", bytes "01 ?? [10-12] ?? ?? ?? ?? ?? 00 00" }

local function exact(v) return v:size() >= 12 and v:u32(8) == v:size() end
local function framed(v) return v:size() >= 12 and v:u32(8) >= 12 and v:u32(8) <= 2048 end

-- Sessions and messages belong together: both speak of the same protocol, one asks and the other answers.
local function stream(m)
  return framed(m.client) and framed(m.server) and m.client:u8(2) & 0xFC == m.server:u8(2) & 0xFC
    and m.client:u8(2) & 3 == 0 and m.server:u8(2) & 3 ~= 0 and m.client:u8(3) & 0x7F == m.server:u8(3) & 0x7F
end

protocol "ff-hse" {
  title     = "FOUNDATION Fieldbus HSE",
  reference = "FF-588, IEC 61158 type 1",
  category  = "industrial",
  ports     = { "1089-1091/udp", "1089-1091/tcp" },

  udp { either = all { header, length(12, 1500) }, alone = { "client", "server" },
        check = function(m) return (not m.client or exact(m.client)) and (not m.server
          or exact(m.server)) end },
  tcp { client = header, server = header, check = stream },

  example { client = hex "01 00 08 01 00 00 00 00 00 00 00 10 00 00 00 00", transport = "udp" },
  example { client = hex "01 00 04 01 00 00 00 00 00 00 00 10 00 00 00 00",
    server = hex "01 00 05 01 00 00 00 00 00 00 00 10 00 00 00 00", transport = "tcp" },
  counterexample { client = hex "01 00 08 01 00 00 00 00 00 00 00 11 00 00 00 00", transport = "udp" },
}
