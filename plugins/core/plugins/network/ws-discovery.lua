-- SOAP over UDP that names the discovery namespace (OASIS WS-Discovery 1.1).
local soap = any { starts "<?xml", starts "<soap:Envelope", starts "<s:Envelope", starts "<SOAP-ENV:Envelope",
  starts "<env:Envelope" }

protocol "ws-discovery" {
  title     = "WS-Discovery",
  reference = "OASIS WS-Discovery 1.1 section 4",
  category  = "network",
  ports     = { "3702/udp" },

  udp { either = all { soap, contains "/discovery" }, alone = { "client", "server" } },

  example { client = "<?xml version=\"1.0\"?><soap:Envelope xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\">" },
  counterexample { client = "<?xml version=\"1.0\"?><a/>" },
}
