-- JSON: a method of its own and its parameters; the answer repeats the method and says in which world it
-- lives (pywizlight; WiZ local control).
local method = [[(?:(?:get|set|sync)Pilot|(?:get|set)(?:System|Model|User|Wifi)Config|registration|pulse)]]

protocol "wiz" {
  title     = "WiZ lights",
  reference = "pywizlight, WiZ local control over UDP",
  category  = "iot",
  ports     = { "38899/udp", "38900/udp" },

  udp { client = all { starts '{"method":',
          matches([[^."method": ?"]] .. method .. [[", ?"(?:params|id|env)"]]) }, alone = "client" },
  udp { server = all { starts '{"method":',
          matches([[^."method": ?"]] .. method .. [[", ?(?:"id": ?\d+, ?)?"env": ?"]]) },
    alone = "server" },

  fields { server = { [["moduleName": ?"(?<product>[^"]+)"]], [["fwVersion": ?"(?<version>[^"]+)"]] } },

  example { client = '{"method":"getPilot","params":{}}', transport = "udp",
    server = '{"method":"getPilot","env":"pro","result":{"mac":"001122334455","rssi":-60,"state":true}}' },
  -- An application looks for lights.
  example { client = '{"method":"registration","params":{"phoneMac":"02005e005301",\z
    "register":false,"phoneIp":"192.0.2.1","id":"1"}}', transport = "udp" },
  example { server = '{"method":"getSystemConfig","env":"pro","result":{"moduleName":"ESP01_SHRGB1C_31",\z
    "fwVersion":"1.22.0"}}',
    transport = "udp" },
  counterexample { client = '{"method":"getPilots","params":{}}', transport = "udp" },
}
