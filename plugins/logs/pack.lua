-- How lines of firewalls' logs are read: offport import syslog FILE.  A plugin file of yours may declare more.
pack {
  name        = "offport/logs",
  version     = "1.0.0",
  title       = "Firewall logs",
  description = "Readers of the logs of iptables and nftables, pf, Cisco ASA and FortiGate.",
  license     = "Apache-2.0",
  needs       = "offport >= 0.1",
}
