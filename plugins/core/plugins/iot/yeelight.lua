-- Lamps are sought and announce themselves in the manner of SSDP, with their own type and address (Yeelight
-- WiFi Light Inter-Operation Specification, 3.1).
local found = all { any { starts "HTTP/1.1 200 OK\r\n", starts "NOTIFY * HTTP/1.1\r\n" },
  any { header "Location: yeelight://", header "Location:yeelight://" } }

protocol "yeelight" {
  title     = "Yeelight discovery",
  reference = "Yeelight WiFi Light Inter-Operation Specification section 3.1",
  category  = "iot",
  ports     = { "1982/udp" },

  udp { client = all { starts "M-SEARCH * HTTP/1.1\r\n",
    any { header "ST: wifi_bulb", header "ST:wifi_bulb" } },
        alone = "client" },
  udp { client = found, alone = "client" },
  udp { server = found, alone = "server" },

  fields { server = { [[(?m)^model: ?(?<product>[^\r\n]+)]], [[(?m)^fw_ver: ?(?<version>[^\r\n]+)]] } },

  example { client = 'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1982\r\nMAN: "ssdp:discover"\r\nST: \z
    wifi_bulb\r\n',
    transport = "udp" },
  example { client = "NOTIFY * HTTP/1.1\r\nHost: 239.255.255.250:1982\r\nLocation: \z
    yeelight://192.0.2.9:55443\r\n",
    transport = "udp" },
  example { server = "HTTP/1.1 200 OK\r\nLocation: yeelight://192.0.2.9:55443\r\nmodel: color\r\nfw_ver: \z
    18\r\n",
    transport = "udp" },
  counterexample { client = 'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nST: upnp:rootdevice\r\n\z
    \r\n', transport = "udp" },
}
