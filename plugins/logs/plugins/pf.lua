-- Two forms: the columns of filterlog, and what tcpdump makes of the interface pflog.

-- What stands before the columns: "filterlog[PID]: ", or RFC 5424's process, message and structured data.
local filterlog = [=[filterlog(?:(?:\[\d+\])?:(?: -)* ?| \S+ \S+ (?:-|(?:\[(?:[^\]"]|"(?:[^"\\]|\\.)*")*\])+) )(?:[^,]*,){6}]=]

log "pf" {
  title     = "pf: filterlog and pflog",
  reference = "Netgate docs, Raw Filter Log Format; OpenBSD pflog(4) as tcpdump(8) prints it",
  matches   = {
    -- rule,sub,anchor,tracker,interface,reason,action,direction,4,tos,ecn,ttl,id,offset,flags,number,name,length,from,to,ports
    filterlog .. [[(?<action>[a-z]+),(?:in|out),4,(?:[^,]*,){7}(?<transport>[A-Za-z]+),\d+,(?<client>[0-9.]+),(?<server>[0-9.]+),(?<client_port>\d+),(?<server_port>\d+)]],
    -- ...,direction,6,class,flow label,hop limit,name,number,length,from,to,ports
    filterlog .. [[(?<action>[a-z]+),(?:in|out),6,(?:[^,]*,){3}(?<transport>[A-Za-z]+),\d+,\d+,(?<client>[0-9a-f:.]+),(?<server>[0-9a-f:.]+),(?<client_port>\d+),(?<server_port>\d+)]],
    -- tcpdump names TCP by its flags; UDP is written "udp" or as what tcpdump takes it for.
    [[rule [^ ]+ ?\(match\)[^:]*: (?<action>block|pass) (?:in|out) on [^:]+: (?:IP6? )?(?:\([^)]*\) )?(?<client>[0-9.]+|[0-9a-f:]+)\.(?<client_port>\d+) > (?<server>[0-9.]+|[0-9a-f:]+)\.(?<server_port>\d+): (?<transport>Flags) \[]],
    [[rule [^ ]+ ?\(match\)[^:]*: (?<action>block|pass) (?:in|out) on [^:]+: (?:IP6? )?(?:\([^)]*\) )?(?<client>[0-9.]+|[0-9a-f:]+)\.(?<client_port>\d+) > (?<server>[0-9.]+|[0-9a-f:]+)\.(?<server_port>\d+): (?<transport>UDP|udp)\b]],
  },
  values    = {
    action    = { block = "denied", reject = "denied", pass = "allowed" },
    transport = { flags = "tcp" },
  },

  example {
    line = [[fw filterlog[44012]: 5,,,1000000103,igb0,match,block,in,4,0x0,,61,4660,0,DF,6,tcp,60,198.51.100.7,192.0.2.10,51514,419,0,S,305419896,,64240,,mss;sackOK]],
    client = "198.51.100.7", client_port = 51514, server = "192.0.2.10", server_port = 419, transport = "tcp",
    action = "denied",
  },
  example {
    line = [[fw filterlog[44012]: 71,,,1700000000,igb1,match,pass,out,6,0x00,0x12345,63,udp,17,76,2001:db8::7,2001:db8:1::53,40001,53,76]],
    client = "2001:db8::7", server = "2001:db8:1::53", server_port = 53, transport = "udp", action = "allowed",
  },
  example {
    line = [[pfSense.home.arpa filterlog 44012 - - 5,,,1000000103,igb0,match,block,in,4,0x0,,64,0,0,DF,6,tcp,60,198.51.100.20,192.0.2.10,40000,3389,0,S,123456,,64240,,mss]],
    client = "198.51.100.20", client_port = 40000, server = "192.0.2.10", server_port = 3389, transport = "tcp",
    action = "denied",
  },
  example {
    line = [[OPNsense.localdomain filterlog 44012 - [meta sequenceId="7" note="a \"b\] c"] 83,,,02f4bab031b57d1e30553ce08e0ec131,igb0,match,pass,in,4,0x0,,64,0,0,DF,17,udp,76,192.0.2.44,192.0.2.53,40001,53,56]],
    client = "192.0.2.44", server = "192.0.2.53", server_port = 53, transport = "udp", action = "allowed",
  },
  example {
    line = [[fw filterlog[44012]: 5,,,1000000103,igb0,match,block,in,6,0x00,0x00000,64,UDP,17,40,2001:db8::7,2001:db8:1::53,40001,53,32]],
    client = "2001:db8::7", server = "2001:db8:1::53", server_port = 53, transport = "udp", action = "denied",
  },
  example {
    line = [[rule 2/0(match): block in on em0: 198.51.100.7.51514 > 192.0.2.10.419: Flags [S], seq 305419896, win 64240, length 0]],
    client = "198.51.100.7", client_port = 51514, server_port = 419, transport = "tcp", action = "denied",
  },
  counterexample { line = [[fw filterlog[44012]: 5,,,1000000103,igb0,match,block,in,4,0x0,,61,4660,0,none,1,icmp,84,198.51.100.7,192.0.2.10,request,12,1]] },
  counterexample { line = [[fw filterlog[44012]: 5,,,1000000103,igb0,match,pass,in,6,0x00,0x00000,255,ICMPv6,58,32,2001:db8::7,2001:db8:1::53,]] },
}
