-- A proxy that outsiders may use carries their traffic under the site's name.
detect "proxy-inbound" {
  title     = "Proxy reached from outside",
  severity  = "high",
  category  = "border",
  reference = "RFC 9110 section 17.2, CWE-441",
  on        = service { "http-proxy", "socks" },
  when      = function(s) return s.direction == "inbound" end,
  says      = "{host}:{port} serves outsiders as {protocol}",
  example        { protocol = "http-proxy", direction = "inbound" },
  counterexample { protocol = "http-proxy", direction = "internal" },
}
