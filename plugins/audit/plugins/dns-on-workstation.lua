-- A resolver asks many servers for names and little else; a desk browses, and should answer nobody.
detect "dns-on-workstation" {
  title     = "DNS server on a workstation",
  severity  = "medium",
  category  = "unwanted",
  reference = "ATT&CK T1557",
  on        = host,
  when      = function(s)
    return s.serves.dns and s.servers >= 8 and (s.uses.tls or s.uses.http or s.uses.quic)
    and not s.serves.http
  end,
  says      = "{host} answers DNS and is a client of {servers} hosts or more",
  example        { serves = { dns = true }, uses = { http = true, dns = true }, servers = 9 },
  counterexample { serves = { dns = true }, uses = { dns = true }, servers = 20 },
  counterexample { serves = { dns = true }, uses = { tls = true }, servers = 3 },
  counterexample { serves = { ssh = true }, uses = { tls = true }, servers = 20 },
}
