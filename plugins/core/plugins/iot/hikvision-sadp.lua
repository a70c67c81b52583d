-- Search for devices: a small XML document, Probe with a Uuid and Types; ProbeMatch answers (Hikvision
-- SADP).  ONVIF's search is a SOAP envelope instead.
local function probe(v) return v:find(0, "<Probe>") ~= nil and v:find(0, "<Uuid>") ~= nil and v:find(0,
  "<Types>") ~= nil end
local function match(v) return v:find(0, "<ProbeMatch>") ~= nil and v:find(0, "<Uuid>") ~= nil and v:find(0,
  "<Types>") ~= nil end
local function check(m)
  return (not m.client or probe(m.client) or match(m.client)) and (not m.server or match(m.server)
    or probe(m.server))
end

protocol "hikvision-sadp" {
  title     = "Hikvision SADP (device search)",
  reference = "Hikvision SADP, search active device protocol",
  category  = "iot",
  ports     = { "37020/udp" },

  udp { client = any { starts "<?xml ", starts "<Probe" }, server = any { starts "<?xml ",
    starts "<ProbeMatch" },
        alone = { "client", "server" }, check = check },

  fields { server = { [[<DeviceDescription>(?<product>[^<]+)]], [[<SoftwareVersion>V?(?<version>[\d.]+)]],
    [[<DeviceSN>(?<device>[^<]+)]] } },

  example { client = '<?xml version="1.0" encoding="utf-8"?><Probe>' ..
    '<Uuid>11111111-2222-3333-4444-555555555555</Uuid>' ..
    "<Types>inquiry</Types></Probe>", transport = "udp" },
  example { client = '<?xml version="1.0" encoding="utf-8"?><Probe>' ..
      '<Uuid>11111111-2222-3333-4444-555555555555</Uuid><Types>inquiry</Types></Probe>',
    server = '<?xml version="1.0" encoding="UTF-8"?>\n<ProbeMatch>\n' ..
      '<Uuid>11111111-2222-3333-4444-555555555555</Uuid>\n<Types>inquiry</Types>\n' ..
      '<DeviceDescription>DS-2CD2042WD-I</DeviceDescription>\n' ..
      '<DeviceSN>DS-2CD2042WD-I20160101AAWR000000001</DeviceSN>\n' ..
      '<SoftwareVersion>V5.4.5build 170124</SoftwareVersion>\n</ProbeMatch>\n', transport = "udp" },
  counterexample { client = '<?xml version="1.0" encoding="utf-8"?><Envelope>' ..
    '<Body><Probe/></Body></Envelope>',
    transport = "udp" },
}
