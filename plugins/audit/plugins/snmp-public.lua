-- The communities that everybody tries first.  Only a question that was answered makes a service.
detect "snmp-public" {
  title     = "SNMP community that everybody knows",
  severity  = "medium",
  category  = "default-credentials",
  reference = "CVE-1999-0517, CWE-1392",
  on        = flow "snmp",
  when      = function(s) return s.client.community ~= nil end,
  says      = "{host}:{port} answers {client.ip} as community {client.community}",
  example        { client = { community = "public" } },
  counterexample { client = {} },
}
