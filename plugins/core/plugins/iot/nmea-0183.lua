-- Sentences of text: $ or !, who speaks and what, values with commas, * and the exclusive or of all between
-- in hexadecimal (NMEA 0183, IEC 61162-1).  !AIVDM carries ships' AIS messages.
local function digit(byte)
  if byte >= 0x30 and byte <= 0x39 then return byte - 0x30 end
  if byte >= 0x41 and byte <= 0x46 then return byte - 0x37 end
  return -1
end
local function sentence(v)
  local sum, byte = 0, 0
  for at = 1, 100 do
    byte = v:u8(at)
    if not byte then return more end
    if byte == 0x2A then
      local high, low = v:u8(at + 1), v:u8(at + 2)
      if not low then return more end
      return digit(high) * 16 + digit(low) == sum
    end
    sum = sum ~ byte
  end
  return false
end
local function check(m) return sentence(m.server or m.client) end
-- GPS, GLONASS, Galileo, BeiDou, combined, and what ships' instruments say.
local start = any { starts "$GP", starts "$GN", starts "$GL", starts "$GA", starts "$GB", starts "$BD",
  starts "$GQ", starts "$II",
  starts "$HE", starts "$SD", starts "$WI", starts "!AIVD", starts "!BSVD", starts "!ABVD" }

protocol "nmea-0183" {
  title     = "NMEA 0183 (positions, AIS)",
  reference = "NMEA 0183, IEC 61162-1",
  category  = "iot",
  ports     = { "10110/tcp", "10110/udp" },

  tcp { server = start, alone = "server", check = check },
  tcp { client = start, alone = "client", check = function(m) return sentence(m.client) end },
  udp { client = start, alone = "client", check = function(m) return sentence(m.client) end },
  udp { server = start, alone = "server", check = check },

  example { server = "$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n",
    transport = "tcp" },
  example { client = "!AIVDM,1,1,,A,14eG;o@034o8sd<L9i:a;WF>062D,0*7D\r\n", transport = "tcp" },
  example { client = "!AIVDM,1,1,,A,14eG;o@034o8sd<L9i:a;WF>062D,0*7D\r\n", transport = "udp" },
  example { server = "$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n",
    transport = "udp" },
  counterexample { client = "$GPGGA,123519,4807.038,N*00\r\n", transport = "udp" },
}
