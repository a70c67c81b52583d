-- BaseStation: lines of 22 values, the first MSG, the fifth the aircraft's 24 bits in hexadecimal (SBS-1
-- socket data, bo.wood).
protocol "sbs-basestation" {
  title     = "Aircraft positions (SBS BaseStation)",
  reference = "Kinetic SBS-1 BaseStation socket data, port 30003",
  category  = "iot",
  ports     = { "30003/tcp" },
  alternates = { "30106/tcp" },

  tcp { server = matches [[^MSG,[1-8],\d*,\d*,[0-9A-F]{6},\d*,\d{4}/\d\d/\d\d,]], alone = "server" },
  tcp { client = matches [[^MSG,[1-8],\d*,\d*,[0-9A-F]{6},\d*,\d{4}/\d\d/\d\d,]], alone = "client" },

  example { server = "MSG,3,111,11111,4CA2D6,111111,2024/01/01,12:00:00.000," ..
    "2024/01/01,12:00:00.000,,37000,,,51.4,-1.0,,,0,0,0,0\r\n" },
  example { client = "MSG,8,1,1,4CA2D6,1,2024/01/01,12:00:00.000,2024/01/01,12:00:00.000,,,,,,,,,,,,0\r\n" },
  counterexample { server = "MSG,hello\r\n" },
}

-- Beast: 1A, a kind (31 Mode A, 32 short, 33 long), a clock of 6 bytes, a level, 2, 7 or 14 bytes; 1A
-- inside is doubled.
local sizes = { [0x31] = 9, [0x32] = 14, [0x33] = 21 }
local function frames(v)
  local at = 0
  for count = 1, 40 do
    local left = sizes[v:u8(at + 1)]
    if v:u8(at) ~= 0x1A or not left then return v:u8(at + 1) == nil and count > 4 or false end
    at = at + 2
    while left > 0 do
      local byte = v:u8(at)
      if not byte then return count > 4 or more end
      if byte == 0x1A then
        if v:u8(at + 1) ~= 0x1A then return v:u8(at + 1) == nil and count > 4 end
        at = at + 1
      end
      at, left = at + 1, left - 1
    end
    if count >= 5 then return true end
    if v:u8(at) == nil then return more end
  end
  return true
end

protocol "beast" {
  title     = "Mode S frames (Beast format)",
  reference = "Mode-S Beast binary data format",
  category  = "iot",
  ports     = { "30005/tcp", "30004/tcp" },

  tcp { server = bytes "1A [31-33]", alone = "server", check = function(m) return frames(m.server) end },
  tcp { client = bytes "1A [31-33]", alone = "client", check = function(m) return frames(m.client) end },

  example { server = string.rep("\x1A\x32\0\0\0\0\0\1\x20\x5D\x4C\xA2\xD6\1\2\3", 6) },
  example { client = string.rep("\x1A\x32\0\0\0\0\0\1\x20\x5D\x4C\xA2\xD6\1\2\3", 6) },
  counterexample { server = string.rep("\x1A\x32\0\0\0\0\0\1\x20\x5D\x4C\xA2\xD6\1\2", 6) },
}
