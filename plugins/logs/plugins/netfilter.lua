-- Lines of the kernel: a prefix that the rule gives, then KEY=value.  ICMP errors quote the packet in [ ], whose keys
-- come later, so the outer ones count.
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
  values    = {
    action = {
      block = "denied", drop = "denied", deny = "denied", denied = "denied", reject = "denied",
      allow = "allowed", accept = "allowed", permit = "allowed", pass = "allowed",
    },
  },

  example {
    line = [[gate kernel: [  812.402] DROP-IN: IN=eth0 OUT= MAC=02:00:00:00:00:01:02:00:00:00:00:02:08:00 SRC=198.51.100.7 DST=192.0.2.10 LEN=60 TOS=0x00 PREC=0x00 TTL=61 ID=4660 DF PROTO=TCP SPT=51514 DPT=419 WINDOW=64240 RES=0x00 SYN URGP=0]],
    client = "198.51.100.7", client_port = 51514, server = "192.0.2.10", server_port = 419, transport = "tcp",
    action = "denied", client_bytes = 60,
  },
  example {
    line = [[gate kernel: [UFW ALLOW] IN=eth0 OUT=eth1 SRC=2001:db8::7 DST=2001:db8:1::53 LEN=76 TC=0 HOPLIMIT=63 FLOWLBL=0 PROTO=UDP SPT=40001 DPT=53 LEN=36]],
    client = "2001:db8::7", server = "2001:db8:1::53", server_port = 53, transport = "udp", action = "allowed",
  },
  example {
    line = [[gate kernel: seen: IN= OUT=eth0 SRC=192.0.2.10 DST=198.51.100.7 LEN=40 TTL=64 PROTO=TCP SPT=419 DPT=51514 RST]],
    client = "192.0.2.10", server_port = 51514, transport = "tcp",
  },
  counterexample { line = [[gate sshd[811]: Accepted publickey for ops from 198.51.100.7 port 51514 ssh2]] },
}
