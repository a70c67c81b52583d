-- Dates are written alike, so they compare as texts; the day is that of the capture.
detect "certificate-expired" {
  title     = "Expired certificate",
  severity  = "medium",
  category  = "certificate",
  reference = "RFC 5280 section 4.1.2.5, CWE-298",
  on        = service { "tls", "dtls" },
  when      = function(s) return s.certificate_expires ~= nil and s.certificate_expires < s.date end,
  says      = "The certificate of {host}:{port} ({certificate_subject}) expired on {certificate_expires}",
  example        { certificate_expires = "2023-12-31", date = "2024-03-01" },
  counterexample { certificate_expires = "2024-03-01", date = "2024-03-01" },
  counterexample { date = "2024-03-01" },
}
