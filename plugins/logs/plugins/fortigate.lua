log "fortigate" {
  title     = "FortiGate traffic log",
  reference = "FortiOS Log Message Reference, type traffic",
  contains  = { "srcip=", "dstip=", "type=\"traffic\"" },
  pairs     = {
    client = "srcip", client_port = "srcport", server = "dstip", server_port = "dstport", transport = "proto",
    action = "action", time = "eventtime", duration = "duration", client_bytes = "sentbyte", server_bytes = "rcvdbyte",
    client_packets = "sentpkt", server_packets = "rcvdpkt", date = "date", clock = "time", zone = "tz",
  },
  -- What ended a session that was let through is told as its action.
  values    = {
    action = {
      accept = "allowed", close = "closed", ["client-rst"] = "closed", ["server-rst"] = "closed", timeout = "closed",
      start = "opened", deny = "denied", blocked = "denied",
    },
  },

  example {
    line = [[date=2026-11-25 time=11:00:08 devname="fgt" devid="FGT0000000000000" eventtime=1795604408123456789 tz="+0000" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=198.51.100.7 srcport=51514 srcintf="wan1" dstip=192.0.2.10 dstport=419 dstintf="dmz" sessionid=4711 proto=6 action="close" policyid=7 service="tcp/419" duration=90 sentbyte=1203 rcvdbyte=4100 sentpkt=9 rcvdpkt=8]],
    client = "198.51.100.7", client_port = 51514, server = "192.0.2.10", server_port = 419, transport = "tcp",
    action = "closed", duration = "90", client_bytes = 1203, server_bytes = 4100, client_packets = 9,
    time = "2026-11-25T11:00:08.123456Z",
  },
  example {
    line = [[date=2026-11-25 time=12:00:09 tz="+0100" type="traffic" subtype="local" srcip=198.51.100.7 srcport=51515 dstip=192.0.2.1 dstport=23 proto=6 action="deny"]],
    server_port = 23, action = "denied", time = "2026-11-25T11:00:09Z",
  },
  counterexample { line = [[date=2026-11-25 time=11:00:08 type="utm" subtype="webfilter" srcip=198.51.100.7 dstip=192.0.2.10 action="blocked"]] },
}
