-- Recorders of the Xiongmai family: FF, a kind, zeros, a session, a count, a command, a length, little end
-- first, then JSON (open implementation python-dvr).  1000 logs in, 1001 answers.
local function message(v)
  local length = v:u32le(16)
  return length ~= nil and length >= 2 and length <= 0x100000
end
local header = any { bytes "FF 00 00 00 ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? [03-06] ?? ?? ?? 00 7B",
  bytes "FF 01 00 00 ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? [03-06] ?? ?? ?? 00 7B" }

-- For the examples: JSON ends with a line feed and a zero.
local login = hex "FF 01 00 00 00 00 00 00 00 00 00 00 00 00 E8 03 31 00 00 00" ..
  '{ "EncryptType" : "MD5", "UserName" : "admin" }\n\0'

protocol "dvrip" {
  title     = "DVR-IP (NetSurveillance)",
  reference = "NETsurveillance DVR-IP, open implementation python-dvr",
  category  = "iot",
  ports     = { "34567/tcp" },

  tcp { either = header, alone = { "client", "server" },
        check = function(m) return (not m.client or message(m.client)) and (not m.server
          or message(m.server)) end },

  fields { server = [[(?s)"DeviceType ?" : "(?<device>[^"]+)"]] },

  example { client = login },
  -- One of the names ends with a space.
  example { client = login,
    server = hex "FF 01 00 00 1A 00 00 00 00 00 00 00 00 00 E9 03 6C 00 00 00" ..
      '{ "AliveInterval" : 20, "ChannelNum" : 4, "DeviceType " : "HVR", "Ret" : 100, ' ..
      '"SessionID" : "0x0000001A" }\n\0' },
  counterexample { client = hex "FF 01 00 00 00 00 00 00 00 00 00 00 00 00 E8 03 2C 00 00 00 00" },
}
