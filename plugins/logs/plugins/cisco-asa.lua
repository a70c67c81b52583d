-- Built tells who began ("inbound": the first end, "outbound": the second), Teardown what came of it; the connection's
-- number joins them.
local first  = [[(?<client>[0-9a-fA-F.:]+)/(?<client_port>\d+)]]
local second = [[(?<server>[0-9a-fA-F.:]+)/(?<server_port>\d+)]]
local mapped = [[(?: ?\([^)]*\))*]]

log "cisco-asa" {
  title     = "Cisco ASA and Firepower",
  reference = "Cisco Secure Firewall ASA Series Syslog Messages",
  contains  = { "%" },
  matches   = {
    [[%(?:ASA|FTD)-\d-30201[35]: (?<action>Built) inbound (?<transport>TCP|UDP) connection (?<connection>\d+) for [^:]+:]] .. first .. mapped .. [[ to [^:]+:]] .. second,
    [[%(?:ASA|FTD)-\d-30201[35]: (?<action>Built) outbound (?<transport>TCP|UDP) connection (?<connection>\d+) for [^:]+:]] .. second .. mapped .. [[ to [^:]+:]] .. first,
    [[%(?:ASA|FTD)-\d-30201[46]: (?<action>Teardown) (?<transport>TCP|UDP) connection (?<connection>\d+) for [^:]+:(?<one>[0-9a-fA-F.:]+)/(?<one_port>\d+)]] .. mapped .. [[ to [^:]+:(?<other>[0-9a-fA-F.:]+)/(?<other_port>\d+)]] .. mapped .. [[ duration (?<duration>\d+:\d\d:\d\d) bytes (?<bytes>\d+)]],
    [[%(?:ASA|FTD)-\d-106023: (?<action>Deny) (?<transport>tcp|udp|sctp) src [^:]+:]] .. first .. mapped .. [[ dst [^:]+:]] .. second,
    [[%(?:ASA|FTD)-\d-106100: access-list \S+ (?<action>permitted|denied|est-allowed) (?<transport>tcp|udp|sctp) \S+/(?<client>[0-9a-fA-F.:]+)\((?<client_port>\d+)\)]] .. mapped .. [[ -> \S+/(?<server>[0-9a-fA-F.:]+)\((?<server_port>\d+)\)]],
    [[%(?:ASA|FTD)-\d-106001: Inbound (?<transport>TCP) connection (?<action>denied) from ]] .. first .. [[ to ]] .. second,
    [[%(?:ASA|FTD)-\d-106006: (?<action>Deny) inbound (?<transport>UDP) from ]] .. first .. [[ to ]] .. second,
    [[%(?:ASA|FTD)-\d-106015: (?<action>Deny) (?<transport>TCP) \(no connection\) from ]] .. first .. [[ to ]] .. second,
  },
  values    = {
    action = {
      built = "opened", teardown = "closed", deny = "denied", denied = "denied", permitted = "allowed",
      ["est-allowed"] = "allowed",
    },
  },

  example {
    line = [[%ASA-6-302013: Built inbound TCP connection 4711 for outside:198.51.100.7/51514 (198.51.100.7/51514) to dmz:192.0.2.10/419 (192.0.2.10/419)]],
    client = "198.51.100.7", client_port = 51514, server = "192.0.2.10", server_port = 419, transport = "tcp",
    action = "opened", connection = "4711",
  },
  example {
    line = [[%ASA-6-302015: Built outbound UDP connection 4712 for outside:203.0.113.53/53 (203.0.113.53/53) to inside:192.0.2.44/40001 (198.51.100.1/40001)]],
    client = "192.0.2.44", client_port = 40001, server = "203.0.113.53", server_port = 53, action = "opened",
  },
  example {
    line = [[%ASA-6-302014: Teardown TCP connection 4711 for outside:198.51.100.7/51514 to dmz:192.0.2.10/419 duration 0:01:30 bytes 5120 TCP FINs]],
    one = "198.51.100.7", other_port = 419, action = "closed", duration = "90", bytes = 5120, connection = "4711",
  },
  example {
    line = [[%ASA-4-106023: Deny tcp src outside:198.51.100.7/51515 dst dmz:192.0.2.10/23 by access-group "outside_in" [0x0, 0x0]
]],
    client = "198.51.100.7", server_port = 23, action = "denied",
  },
  example {
    line = [[%ASA-6-106100: access-list outside_in permitted tcp outside/198.51.100.7(51516) -> dmz/192.0.2.10(443) hit-cnt 1 first hit [0x1, 0x0]
]],
    client_port = 51516, server_port = 443, action = "allowed",
  },
  example {
    line = [[%ASA-2-106001: Inbound TCP connection denied from 198.51.100.7/51517 to 192.0.2.10/8080 flags SYN on interface outside]],
    server_port = 8080, transport = "tcp", action = "denied",
  },
  counterexample { line = [[%ASA-6-302020: Built inbound ICMP connection for faddr 198.51.100.7/0 gaddr 192.0.2.10/1 laddr 192.0.2.10/1]] },
}
