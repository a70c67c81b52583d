-- Members of a cluster (Consul, Nomad, Alertmanager, Docker's swarm) ask each other whether they live, and
-- exchange what they know over TCP: a type, then MessagePack whose names are written out, perhaps compressed
-- (9) or behind a checksum (12).  Where a key is set all is encrypted (memberlist source, net.go).
local first_name = any {
  at(2, starts "\xA4Node"), at(2, starts "\xA5SeqNo"), at(2, starts "\xA7Payload"), at(2, starts "\xA4Addr"),
  at(2, starts "\xA4From"), at(2, starts "\xABIncarnation"), at(2, starts "\xA4Join"),
  at(2, starts "\xA5Nodes"),
}
local plain = any { all { bytes "[00-06,0B] 8?", first_name }, starts "\9\x82\xA4Algo" }
local message = any { plain, all { bytes "0C", at(5, plain) } }

protocol "memberlist" {
  title     = "Memberlist (gossip of HashiCorp's libraries)",
  reference = "memberlist source, net.go and util.go",
  category  = "network",
  ports     = { "7946/tcp", "7946/udp" },
  alternates = { "8301-8302/tcp", "8301-8302/udp", "4648/tcp", "4648/udp", "9094/tcp", "9094/udp" },

  udp { either = message, alone = { "client", "server" } },
  tcp { either = message, alone = { "client", "server" } },

  -- A ping and its answer.
  example { client = "\0\x82\xA4Node\xA2n1\xA5SeqNo\7", server = "\2\x82\xA7Payload\xA0\xA5SeqNo\7",
    transport = "udp" },
  example { client = "\x0C\1\2\3\4\0\x82\xA4Node\xA2n1\xA5SeqNo\7", transport = "udp" },
  example { client = "\9\x82\xA4Algo\0\xA3Buf\xDA\0\xCB\0\x0D\x0C\x22",
    server = "\6\x83\xA4Join\xC3\xA5Nodes\2\xACUserStateLen\0" },
  counterexample { client = "\0\x82\xA4Name\xA2n1\xA5SeqNo\7", transport = "udp" },
  counterexample { client = "\x82\xA4Node\xA2n1\xA5SeqNo\7" },
}
