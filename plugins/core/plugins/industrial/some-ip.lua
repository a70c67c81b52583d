-- Service, method, the length from behind it on, client, session, protocol version 1, an interface version,
-- a type, a return code (AUTOSAR PRS SOME/IP protocol, section 4.1).  Discovery is service FFFF, method
-- 8100 (PRS SOME/IP-SD).
local function message(v) return v:u32(4) == v:size() - 8 end
local function check(m)
  return message(m.client) and message(m.server) and m.client:u32(0) == m.server:u32(0)
    and m.client:u32(8) == m.server:u32(8)
end
local function stream(m)
  return m.client:u32(0) == m.server:u32(0) and m.client:u32(8) == m.server:u32(8) and m.client:u32(4) >= 8
    and m.server:u32(4) >= 8
end
local ask    = bytes "?? ?? ?? ?? 00 00 ?? ?? ?? ?? ?? ?? 01 ?? 00 00"
local answer = any { bytes "?? ?? ?? ?? 00 00 ?? ?? ?? ?? ?? ?? 01 ?? 80 00",
  bytes "?? ?? ?? ?? 00 00 ?? ?? ?? ?? ?? ?? 01 ?? [80-81] 0?" }

protocol "some-ip" {
  title     = "SOME/IP (scalable service-oriented middleware over IP)",
  reference = "AUTOSAR PRS SOME/IP protocol specification, section 4.1",
  category  = "industrial",
  -- discovery announces the ports; customary: 30490 to 30509
  dynamic   = true,

  udp { client = all { ask, length(16, 1416) }, server = all { answer, length(16, 1416) }, check = check },
  tcp { client = ask, server = answer, check = stream },

  example { client = hex "12 34 00 01 00 00 00 0A 00 10 00 01 01 01 00 00 AB CD",
    server = hex "12 34 00 01 00 00 00 09 00 10 00 01 01 01 80 00 01", transport = "udp" },
  example { client = hex "12 34 00 01 00 00 00 0A 00 10 00 01 01 01 00 00 AB CD",
    server = hex "12 34 00 01 00 00 00 09 00 10 00 01 01 01 80 00 01", transport = "tcp" },
  counterexample { client = hex "12 34 00 01 00 00 00 0A 00 10 00 01 01 01 00 00 AB CD",
    server = hex "12 34 00 01 00 00 00 09 00 10 00 02 01 01 80 00 01", transport = "udp" },
}

local function announced(v)
  local entries = v:u32(20)
  return v:u32(4) == v:size() - 8 and entries ~= nil and entries % 16 == 0 and entries <= v:size() - 24
end

protocol "some-ip-sd" {
  title     = "SOME/IP-SD (service discovery)",
  reference = "AUTOSAR PRS SOME/IP service discovery, section 4.1.2",
  category  = "industrial",
  ports     = { "30490/udp" },

  udp { either = bytes "FF FF 81 00 00 00 ?? ?? 00 00 ?? ?? 01 01 02 00 ?0 00 00 00", alone = { "client",
    "server" },
        check = function(m) return (not m.client or announced(m.client)) and (not m.server
          or announced(m.server)) end },

  example { client = hex "FF FF 81 00 00 00 00 24 00 00 00 01 01 01 02 00 C0 00 00 00 00 00 00 10" ..
      hex "00 00 00 00 12 34 FF FF FF 00 00 03 FF FF FF FF 00 00 00 00", transport = "udp" },
  counterexample { client = hex "FF FF 81 00 00 00 00 25 00 00 00 01 01 01 02 00 C0 00 00 00 00 00 00 10",
    transport = "udp" },
}
