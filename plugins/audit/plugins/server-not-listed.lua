-- Whoever gives out addresses or names can lead everybody astray.  The site says who may: servers "dhcp" {
-- "10.0.0.2" }.
detect "server-not-listed" {
  title     = "Server that is not on the site's list",
  severity  = "high",
  category  = "unwanted",
  reference = "RFC 2131 section 7, ATT&CK T1557.003",
  on        = service,
  when      = function(s) return s.listed == false and (s.protocol ~= "dhcp" or s.port == 67) end,
  says      = "{host}:{port} serves {protocol} and is not on the site's list of such servers",
  example        { listed = false, protocol = "dhcp", port = 67 },
  example        { listed = false, protocol = "dns", port = 53 },
  counterexample { listed = true, protocol = "dhcp", port = 67 },
  counterexample { listed = false, protocol = "dhcp", port = 68 },
  counterexample { protocol = "dns", port = 53 },
}
