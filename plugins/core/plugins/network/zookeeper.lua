-- A session opens with a length (44 or 45), protocol version 0, a last id, a time-out, a session id and a
-- password of 16 bytes; the answer has 36 or 37 bytes (ZooKeeper, ConnectRequest and ConnectResponse).  Four
-- letters ask for the state.
protocol "zookeeper" {
  title     = "Apache ZooKeeper",
  reference = "Apache ZooKeeper source, zookeeper.jute (ConnectRequest); administrator's guide, four letter words",
  category  = "network",
  ports     = { "2181/tcp" },
  alternates = { "2182-2184/tcp" },

  tcp { client = all { any { bytes "00 00 00 2C 00 00 00 00", bytes "00 00 00 2D 00 00 00 00" },
      at(28, bytes "00 00 00 10") },
    server = all { any { bytes "00 00 00 24 00 00 00 00", bytes "00 00 00 25 00 00 00 00" }, at(20,
        bytes "00 00 00 10") },
    alone = { "client", "server" } },
  tcp { client = any { starts "stat", starts "srvr", starts "mntr", starts "ruok", starts "envi",
      starts "conf", starts "cons",
      starts "isro" },
    server = any { starts "Zookeeper version:", starts "zk_version\t", starts "imok",
        starts "Environment:\nzookeeper.version",
      starts "clientPort=", starts "This ZooKeeper instance" } },

  fields { server = [[(?:^Zookeeper version: |^zk_version\t|zookeeper\.version=)(?<version>\d[\w.]*)]] },

  probe { send = "srvr" },

  example {
      client = hex "00 00 00 2D 00 00 00 00 00 00 00 00 00 00 00 00 00 00 75 30 00 00 00 00 00 00 00 00 00 00 00 10",
    server = hex "00 00 00 25 00 00 00 00 00 00 75 30 01 00 00 00 00 00 00 01 00 00 00 10" },
  example { client = "ruok", server = "imok" },
  example { client = "srvr",
    server = "Zookeeper version: 3.8.4-1f0e2d3c4b5a, built on 2024-02-12 22:16 UTC\n" },
  counterexample { client = "stats\r\n", server = "STAT pid 1\r\n" },
  counterexample {
      client = hex "00 00 00 2D 00 00 00 00 00 00 00 00 00 00 00 00 00 00 75 30 00 00 00 00 00 00 00 00 00 00 00 20" },
}
