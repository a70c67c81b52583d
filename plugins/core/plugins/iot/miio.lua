-- 2131, the length of all, four zeros, a device, a time, a checksum; the hello is 20 and, behind the length,
-- nothing but FF (python-miio, protocol.py).
local function packet(v)
  return v:u16(2) == v:size() and (v:u32(4) == 0 or v:u32(4) == 0xFFFFFFFF)
end

local function check(m)
  return (not m.client or packet(m.client)) and (not m.server or packet(m.server))
end

protocol "miio" {
  title     = "Xiaomi miIO",
  reference = "python-miio, miio/protocol.py",
  category  = "iot",
  ports     = { "54321/udp" },

  udp { client = any { bytes "21 31 0? ?? 00 00 00 00", bytes "21 31 00 20 FF FF FF FF" },
        server = bytes "21 31 0? ??", alone = "client", check = check },

  example { client = "\x21\x31\0\x20" .. string.rep("\xFF", 28), transport = "udp",
    server = "\x21\x31\0\x20\0\0\0\0\1\2\3\4\0\0\x10\x20" .. string.rep("\xFF", 16) },
  counterexample { client = "\x21\x31\0\x20\0\0\0\0\1\2\3\4", transport = "udp" },
}
