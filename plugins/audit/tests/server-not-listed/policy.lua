servers "dhcp" { "10.0.0.6" }
