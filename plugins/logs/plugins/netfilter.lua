-- Lines of the kernel: a prefix that the rule gives, then KEY=value.  ICMP errors quote the packet in [ ], whose keys
-- come later, and UDP's own LEN comes after that of IP: of a key that stands twice the first counts.
log "netfilter" {
  title     = "iptables and nftables",
  reference = "iptables-extensions(8) LOG, nft(8) LOG STATEMENT; net/netfilter/nf_log_syslog.c of Linux",
  contains  = { "SRC=", "DST=", "PROTO=" },
  -- What was done stands in the prefix only, in the words of whoever wrote the rule.
  matches   = [[(?i)\b(?<action>block|drop|den(?:y|ied)|reject|allow|accept|permit|pass)\w*\b.*?SRC=]],
  pairs     = {
    client = "SRC", client_port = "SPT", server = "DST", server_port = "DPT", transport = "PROTO",
    client_bytes = "LEN",
  },
  always    = { client_packets = 1 },
  values    = {
    action = {
      block = "denied", drop = "denied", deny = "denied", denied = "denied", reject = "denied",
      allow = "allowed", accept = "allowed", permit = "allowed", pass = "allowed",
    },
  },

  example {
    line = [[gate kernel: [  812.402] DROP-IN: IN=eth0 OUT= MAC=02:00:00:00:00:01:02:00:00:00:00:02:08:00 SRC=198.51.100.7 DST=192.0.2.10 LEN=60 TOS=0x00 PREC=0x00 TTL=61 ID=4660 DF PROTO=TCP SPT=51514 DPT=419 WINDOW=64240 RES=0x00 SYN URGP=0]],
    client = "198.51.100.7", client_port = 51514, server = "192.0.2.10", server_port = 419, transport = "tcp",
    action = "denied", client_bytes = 60, client_packets = 1,
  },
  example {
    line = [[gate kernel: [UFW ALLOW] IN=eth0 OUT=eth1 SRC=2001:db8::7 DST=2001:db8:1::53 LEN=76 TC=0 HOPLIMIT=63 FLOWLBL=0 PROTO=UDP SPT=40001 DPT=53 LEN=36]],
    client = "2001:db8::7", server = "2001:db8:1::53", server_port = 53, transport = "udp", action = "allowed",
    client_bytes = 76,
  },
  example {
    line = [[gate kernel: seen: IN= OUT=eth0 SRC=192.0.2.10 DST=198.51.100.7 LEN=40 TTL=64 PROTO=TCP SPT=419 DPT=51514 RST]],
    client = "192.0.2.10", server_port = 51514, transport = "tcp",
  },
  example {
    line = [[gate kernel: ACCEPT IN=eth0 OUT=eth1 SRC=203.0.113.1 DST=192.0.2.10 LEN=88 TOS=0x00 PREC=0xC0 TTL=63 ID=7 PROTO=ICMP TYPE=3 CODE=1 [SRC=192.0.2.10 DST=198.51.100.7 LEN=60 TOS=0x00 PREC=0x00 TTL=61 ID=4660 DF PROTO=TCP SPT=419 DPT=51514 WINDOW=64240 RES=0x00 SYN URGP=0 ] ]],
    client = "203.0.113.1", server = "192.0.2.10", transport = "ip-1", client_bytes = 88,
  },
  counterexample { line = [[gate sshd[811]: Accepted publickey for ops from 198.51.100.7 port 51514 ssh2]] },
}
