-- The robot's controller greets (Universal Robots, Dashboard Server guide); 30001 to 30003 speak other
-- protocols.
protocol "ur-dashboard" {
  title     = "Universal Robots dashboard",
  reference = "Universal Robots, Dashboard Server e-Series, port 29999",
  category  = "industrial",
  ports     = { "29999/tcp" },

  tcp { server = starts "Connected: Universal Robots Dashboard Server", alone = "server" },

  fields { server = { [[^(?<banner>Connected: (?<vendor>Universal Robots) (?<product>Dashboard Server))]],
    [[(?m)^(?:URSoftware|PolyscopeX?:?) (?<version>\d[\w.]+)]] } },

  example { client = "robotmode\n",
    server = "Connected: Universal Robots Dashboard Server\nRobotmode: RUNNING\n" },
  counterexample { server = "Connected: yes\n" },
}
