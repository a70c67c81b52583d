-- The daemon greets with an object of class VERSION; clients say ?WATCH (gpsd_json(5)).
protocol "gpsd" {
  title     = "GPS daemon (gpsd)",
  reference = "gpsd_json(5)",
  category  = "iot",
  ports     = { "2947/tcp" },

  tcp { server = starts '{"class":"VERSION","release":"', alone = "server" },
  tcp { client = starts '?WATCH={', server = starts '{"class":"' },

  fields { server = [[^(?<banner>\{"class":"VERSION","release":"(?<version>[^"]+)"[^}]*\})]] },

  example { client = '?WATCH={"enable":true,"json":true}\n',
    server = '{"class":"VERSION","release":"3.25","rev":"3.25","proto_major":3,"proto_minor":15}\r\n' },
  example { client = '?WATCH={"enable":true}\n', server = '{"class":"DEVICES","devices":[]}\r\n' },
  counterexample { server = '{"class":"OTHER"}\r\n' },
}
