detect "printer-inbound" {
  title     = "Printer reached from outside",
  severity  = "medium",
  category  = "border",
  reference = "CWE-284",
  on        = service { "jetdirect", "ipp", "lpd", "sane" },
  when      = function(s) return s.direction == "inbound" end,
  says      = "{host}:{port} takes {protocol} from outside",
  example        { protocol = "jetdirect", direction = "inbound" },
  counterexample { protocol = "jetdirect", direction = "internal" },
}
