-- IPMI 2.0 gives the hash of a password to whoever asks (RAKP); it belongs in a network of its own.
detect "ipmi" {
  title     = "IPMI in the network",
  severity  = "medium",
  category  = "management",
  reference = "CVE-2013-4786, CWE-522",
  on        = service "ipmi",
  says      = "{host}:{port} answers IPMI",
  example   { protocol_version = "2.0" },
}
