-- Corrections for GNSS: a web request by a program named NTRIP; version 1 answers ICY or SOURCETABLE,
-- version 2 in HTTP with a header of its own (RTCM 10410.1).  ICY alone is also said by radio stations.
protocol "ntrip" {
  title     = "NTRIP caster",
  reference = "RTCM 10410.1, networked transport of RTCM via internet protocol",
  category  = "iot",
  ports     = { "2101/tcp" },

  tcp { server = starts "SOURCETABLE 200 OK", alone = "server" },
  tcp { client = all { starts "GET /", header "User-Agent: NTRIP " }, server = starts "ICY 200 OK" },
  tcp { client = all { starts "GET /", header "User-Agent: NTRIP " },
        server = all { starts "HTTP/1.", header "Ntrip-Version:" } },
  tcp { client = all { starts "SOURCE ", header "Source-Agent: NTRIP " },
    server = any { starts "ICY 200 OK", starts "ERROR - " },
        alone = "client" },

  fields {
    server = [[(?im)^Server:[ \t]*(?<banner>(?<product>[^/\r\n]+)(?:/(?<version>[\d.]+))?[^\r\n]*)]],
    client = [[(?im)^(?:User|Source)-Agent:[ \t]*(?<user_agent>[^\r\n]+)]],
  },

  example { client = "GET / HTTP/1.0\r\nUser-Agent: NTRIP demo/1.0\r\n\r\n",
    server = "SOURCETABLE 200 OK\r\nServer: NTRIP Caster/2.0\r\n\r\n" },
  example { client = "GET /MOUNT HTTP/1.0\r\nUser-Agent: NTRIP demo/1.0\r\n\r\n",
    server = "ICY 200 OK\r\n\r\n" },
  example { client = "GET /MOUNT HTTP/1.1\r\nHost: a\r\nUser-Agent: NTRIP demo/1.0\r\n" ..
    "Ntrip-Version: Ntrip/2.0\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\nNtrip-Version: Ntrip/2.0\r\nContent-Type: gnss/data\r\n\r\n" },
  example { client = "SOURCE secret MOUNT\r\nSource-Agent: NTRIP demo/1.0\r\n\r\n" },
  counterexample { client = "GET /radio HTTP/1.0\r\nUser-Agent: player\r\n\r\n",
    server = "ICY 200 OK\r\nicy-name: radio\r\n\r\n" },
}
