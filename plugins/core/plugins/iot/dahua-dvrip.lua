-- Cameras and recorders of Dahua (open implementation DahuaConsole).  A header of 32 bytes: A0 logs in and
-- ends with a constant, B0 answers; or the header's own length, 32, and the letters DHIP, as in discovery
-- over UDP.  JSON may follow.
protocol "dahua-dvrip" {
  title     = "Dahua DVRIP and DHIP",
  reference = "Dahua DVRIP and DHIP, open implementation DahuaConsole",
  category  = "iot",
  ports     = { "37777/tcp", "37810/udp" },

  tcp { client = all { bytes "A0 0? 00 ??", at(24, bytes "05 02 0? 0? 00 00 A1 AA") },
    server = bytes "B0 ?? 00 ??",
        alone = "client" },
  tcp { either = bytes "20 00 00 00 44 48 49 50", alone = { "client", "server" } },
  udp { either = bytes "20 00 00 00 44 48 49 50", alone = { "client", "server" } },

  fields { server = { [["DeviceType"\s*:\s*"(?<product>[^"]+)"]], [["Vendor"\s*:\s*"(?<vendor>[^"]+)"]],
    [["Version"\s*:\s*"(?<version>[^"]+)"]], [[Realm:Login to (?<device>\w+)]] } },

  example { client = hex "A0 01 00 00" .. string.rep("\0", 20) .. hex "05 02 01 01 00 00 A1 AA",
    server = hex "B0 00 00 58 28 00 00 00" .. string.rep("\0", 24) ..
      "Realm:Login to 0123456789abcdef\r\nRandom:12345\r\n" },
  example { client = hex "20 00 00 00 44 48 49 50" .. string.rep("\0", 8) .. hex "02 00 00 00 00 00 00 00" ..
      hex "02 00 00 00 00 00 00 00" .. "{}", transport = "tcp" },
  -- Discovery: the length stands twice, little end first.
  example {
    client = hex "20 00 00 00 44 48 49 50" .. string.rep("\0", 8) ..
      hex "3B 00 00 00 00 00 00 00 3B 00 00 00 00 00 00 00" ..
      '{"method":"DHDiscover.search","params":{"mac":"","uni":1}}\n',
    server = hex "20 00 00 00 44 48 49 50" .. string.rep("\0", 8) ..
      hex "99 00 00 00 00 00 00 00 99 00 00 00 00 00 00 00" ..
      '{"mac":"00:00:5e:00:53:01","method":"client.notifyDevInfo","params":{"deviceInfo":' ..
      '{"DeviceType":"IPC-HDW4431C","Vendor":"Dahua","Version":"2.622.0.9"}}}\n',
    transport = "udp" },
  counterexample { client = hex "20 00 00 00 44 48 43 50", transport = "udp" },
  counterexample { client = hex "A0 A0 A0 A0 00 01 01 01 00 02 00 02",
    server = hex "A0 A0 A0 A0 00 01 01 02 00 02 00 00" },
}
