-- The length of the whole, a type: CONNECT 04 with flags, protocol id 1, a duration and a name; CONNACK 05
-- with a code (MQTT-SN 1.2 section 5.4).
local function check(m)
  local v = m.client
  return v:u8(0) == v:size() and v:u8(6) >= 0x20 and v:u8(6) < 0x7F
end

protocol "mqtt-sn" {
  title     = "MQTT for sensor networks",
  reference = "MQTT-SN 1.2 sections 5.2 and 5.4",
  category  = "iot",
  ports     = { "1883/udp" },
  alternates = { "1884/udp", "10000/udp" },

  -- Flags of CONNECT: only will (08) and clean session (04).
  udp { client = all { bytes "?? 04 0? 01 ?? ?? ??", length(7, 29) }, server = all { bytes "03 05 0?",
    length(3) }, check = check },
  udp { client = all { bytes "?? 04 0? 01 ?? ?? ??", length(7, 29) }, server = all { bytes "02 06",
    length(2) }, check = check },

  example { client = hex "0C 04 04 01 00 3C" .. "sensor", server = hex "03 05 00", transport = "udp" },
  example { client = hex "0C 04 0C 01 00 3C" .. "sensor", server = hex "02 06", transport = "udp" },
  counterexample { client = hex "0D 04 04 01 00 3C" .. "sensor", server = hex "03 05 00", transport = "udp" },
}
