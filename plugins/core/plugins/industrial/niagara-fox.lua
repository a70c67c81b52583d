-- Lines of text: "fox a", a sequence number, "fox hello", then values by name, as "hostName=s:station"
-- (Tridium Niagara).
protocol "niagara-fox" {
  title     = "Tridium Niagara Fox",
  reference = "Tridium Niagara AX platform guide, Fox service",
  category  = "industrial",
  also      = { "fox" },
  ports     = { "1911/tcp" },
  alternates = { "3011/tcp", "11911/tcp" },

  tcp { either = all { starts "fox a ", matches [[^fox a -?\d+ -?\d+ fox ]] }, alone = { "client",
    "server" } },

  fields {
    server = {
      [[\nfox\.version=s:(?<protocol_version>[^\r\n;]+)]],
      [[\nhostName=s:(?<hostname>[^\r\n;]+)]],
      [[\napp\.name=s:(?<product>[^\r\n;]+)]],
      [[\napp\.version=s:(?<version>[^\r\n;]+)]],
      [[\nos\.name=s:(?<os>[^\r\n;]+)]],
      [[\nbrandId=s:(?<vendor>[^\r\n;]+)]],
      [[\nstation\.name=s:(?<device>[^\r\n;]+)]],
    },
  },

  example { client = "fox a 1 -1 fox hello\n{\nfox.version=s:1.0\nid=i:1\n};;\n",
    server = "fox a 0 -1 fox hello\n{\nfox.version=s:1.0.1\n" ..
      "hostName=s:192.0.2.1\napp.name=s:Station\napp.version=s:3.8.38\nos.name=s:QNX\n" ..
      "station.name=s:office\nbrandId=s:vykon\n};;\n" },
  counterexample { client = "fox and hounds\r\n" },
}
