-- HTTP's words in datagrams: a search, an announcement, or the answer to a search (UPnP Device Architecture
-- 2.0, section 1).
protocol "ssdp" {
  title     = "Simple Service Discovery Protocol",
  reference = "UPnP Device Architecture 2.0 section 1",
  category  = "network",
  also      = { "upnp" },
  ports     = { "1900/udp" },

  udp { client = any { starts_nocase "M-SEARCH * HTTP/1.", starts_nocase "NOTIFY * HTTP/1." },
    alone = "client" },
  -- HTTP's status line in a datagram.
  udp { client = starts_nocase "M-SEARCH * HTTP/1.", server = starts_nocase "HTTP/1.", alone = "server" },

  fields {
    server = {
      [[(?im)^SERVER:[ \t]*(?<banner>[^\r\n]*[^\s])]],
      -- System/version UPnP/version product/version (UPnP Device Architecture 2.0 section 1.2.2), with commas
      -- or without.
      [[(?im)^SERVER:[^\r\n]*[ ,]UPnP/[\d.]+[ ,]+(?:DLNADOC/[\d.]+[ ,]+)?(?<product>[A-Za-z][^\r\n/]*?)(?:[/ ]v?(?<version>\d[\w.-]*)|[/\r\n])]],
      [[(?im)^SERVER:[ \t]*(?!UPnP)(?<os>[A-Za-z][^\r\n,]*?)[ ,]+UPnP/]],
      [[(?im)^SERVER:[ \t]*(?![^\r\n]*UPnP/)(?<product>[A-Za-z][^\r\n/,(]*)(?:/v?(?<version>\d[\w.-]*))?]],
      [[(?im)^LOCATION:[ \t]*(?<info>[^\s]+)]],
      -- What it is: urn:schemas-upnp-org:device:MediaServer:1.
      [[(?im)^(?:ST|USN|NT):[^\r\n]*:device:(?<device>\w+):]],
    },
    client = [[(?im)^(?:USER-AGENT|SERVER):[ \t]*(?<user_agent>[^\r\n]*[^\s])]],
  },

  probe { home = true, send = "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n" },

  example { client = "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\n\r\n" },
  example { client = "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n\r\n" },
  example {
    client = "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\n"
      .. "MX: 1\r\nST: upnp:rootdevice\r\nUSER-AGENT: Google Chrome/120.0.6099.130 Windows\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nEXT:\r\nST: upnp:rootdevice\r\n"
      .. "SERVER: AcmeTV/2.4\r\nUSN: uuid:1::upnp:rootdevice\r\n\r\n" },
  -- The question went to everybody, the answer comes from the device's own address.
  example { server = "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nEXT:\r\n"
      .. "ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n"
      .. "LOCATION: http://192.0.2.1:5000/rootDesc.xml\r\n"
      .. "SERVER: Debian/12 UPnP/1.1 MiniUPnPd/2.3.1\r\n\r\n" },
  counterexample { client = "GET / HTTP/1.1\r\n\r\n" },
}
