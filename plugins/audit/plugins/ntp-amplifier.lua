-- Modes 6 and 7 answer a short question at length, to whoever the question says it comes from.
detect "ntp-amplifier" {
  title     = "NTP server answers control queries",
  severity  = "medium",
  category  = "amplifier",
  reference = "CVE-2013-5211, RFC 9327 section 6, CWE-406",
  on        = service "ntp",
  when      = function(s) return s.mode ~= nil end,
  says      = "{host}:{port} answers NTP mode {mode}",
  example        { mode = "6" },
  counterexample { protocol_version = "4" },
}
