-- Recorders of the Xiongmai family: FF, a kind, zeros, a session, a count, a command, a length, little end
-- first, then JSON (open implementation python-dvr).  1000 logs in, 1001 answers.
local function message(v)
  local length = v:u32le(16)
  return length ~= nil and length >= 2 and length <= 0x100000
end
local header = any { bytes "FF 00 00 00 ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? [03-06] ?? ?? ?? 00 7B",
  bytes "FF 01 00 00 ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? [03-06] ?? ?? ?? 00 7B" }

protocol "dvrip" {
  title     = "DVR-IP (NetSurveillance)",
  reference = "NETsurveillance DVR-IP, open implementation python-dvr",
  category  = "iot",
  ports     = { "34567/tcp" },

  tcp { either = header, alone = { "client", "server" },
        check = function(m) return (not m.client or message(m.client)) and (not m.server
          or message(m.server)) end },

  fields { server = [[(?s)"DeviceType ?" : "(?<device>[^"]+)"]] },

  example { client = hex "FF 01 00 00 00 00 00 00 00 00 00 00 00 00 E8 03 2C 00 00 00" ..
    '{ "EncryptType" : "MD5", "UserName" : "admin" }' },
  counterexample { client = hex "FF 01 00 00 00 00 00 00 00 00 00 00 00 00 E8 03 2C 00 00 00 00" },
}
