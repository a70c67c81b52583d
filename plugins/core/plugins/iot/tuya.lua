-- 000055AA, a number, a command, the length of the rest; at its end a checksum and 0000AA55.  Version 3.5:
-- 00006699, two zeros, then the same, and 00009966 at the end (TinyTuya, core and message helpers).
local function older(v)
  local length = v:u32(12)
  if not length then return more end
  if length < 8 or length > 2048 or v:u32(8) > 0x40 then return false end
  if v:size() < 16 + length then return more end
  return v:u32(12 + length) == 0xAA55
end

local function newer(v)
  local length = v:u32(14)
  if not length then return more end
  if length < 28 or length > 2048 or v:u32(10) > 0x40 then return false end
  if v:size() < 22 + length then return more end
  return v:u32(18 + length) == 0x9966
end

local function first(m)  return older(m.client or m.server) end
local function second(m) return newer(m.client or m.server) end

protocol "tuya" {
  title     = "Tuya local",
  reference = "TinyTuya, message_helper.py",
  category  = "iot",
  ports     = { "6668/tcp", "6666/udp", "6667/udp" },
  shares    = { "7000/udp" },                                    -- that of AFS

  tcp { either = bytes "00 00 55 AA ?? ?? ?? ?? 00 00 00 ?? 00 00", alone = { "client", "server" },
    check = first },
  udp { either = bytes "00 00 55 AA ?? ?? ?? ?? 00 00 00 ?? 00 00", alone = { "client", "server" },
    check = first },
  tcp { either = bytes "00 00 66 99 00 00", alone = { "client", "server" }, check = second },
  udp { either = bytes "00 00 66 99 00 00", alone = { "client", "server" }, check = second },

  example { client = "\0\0\x55\xAA\0\0\0\1\0\0\0\x0A\0\0\0\x0C\1\2\3\4\5\6\7\8\0\0\xAA\x55" },
  example { client = "\0\0\x55\xAA\0\0\0\0\0\0\0\x13\0\0\0\x0C\1\2\3\4\5\6\7\8\0\0\xAA\x55",
    transport = "udp" },
  example { client = "\0\0\x66\x99\0\0\0\0\0\1\0\0\0\3\0\0\0\x20" .. string.rep("\xA5", 32)
    .. "\0\0\x99\x66" },
  example { client = "\0\0\x66\x99\0\0\0\0\0\1\0\0\0\x13\0\0\0\x20" .. string.rep("\xA5", 32)
    .. "\0\0\x99\x66", transport = "udp" },
  counterexample { client = "\0\0\x55\xAA\0\0\0\1\0\0\0\x0A\0\0\0\x0C\1\2\3\4\5\6\7\8\0\0\xAA\x56" },
}
