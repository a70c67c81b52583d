detect "database-inbound" {
  title     = "Database reached from outside",
  severity  = "high",
  category  = "border",
  reference = "CWE-284",
  on        = service,
  when      = function(s) return s.category == "database" and s.direction == "inbound" end,
  says      = "{host}:{port} lets {protocol} in from outside",
  example        { category = "database", direction = "inbound" },
  counterexample { category = "database", direction = "internal" },
  counterexample { category = "web", direction = "inbound" },
}
