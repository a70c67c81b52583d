detect "vpn-tunnel-port" {
  title     = "VPN or proxy on a port that firewalls let out",
  severity  = "high",
  category  = "tunnel",
  reference = "ATT&CK T1572",
  on        = service { "openvpn", "wireguard", "socks", "tinc", "vtun", "l2tp", "pptp" },
  when      = function(s) return s.port == 53 or s.port == 80 or s.port == 123 or s.port == 443 end,
  says      = "{host}:{port} hides {protocol} where the web or names are expected",
  example        { protocol = "openvpn", port = 443 },
  counterexample { protocol = "openvpn", port = 1194 },
}
