-- None of these protocols knows a login: they belong behind the border, on both sides of it.
detect "industrial-across-border" {
  title     = "Industrial protocol across the border",
  severity  = "critical",
  category  = "border",
  reference = "IEC 62443-3-3 SR 5.1, CWE-306",
  on        = service,
  when      = function(s)
    return s.category == "industrial" and (s.direction == "inbound" or s.direction == "outbound")
  end,
  says      = "{protocol} of {host}:{port} crosses the border ({direction})",
  example        { category = "industrial", direction = "inbound" },
  example        { category = "industrial", direction = "outbound" },
  counterexample { category = "industrial", direction = "internal" },
  counterexample { category = "industrial" },
  counterexample { category = "web", direction = "inbound" },
}
