detect "certificate-self-signed" {
  title     = "Self-signed certificate",
  severity  = "low",
  category  = "certificate",
  reference = "RFC 5280 section 3.2, CWE-296",
  on        = service { "tls", "dtls" },
  when      = function(s)
    return s.certificate_subject ~= nil and s.certificate_subject == s.certificate_issuer
  end,
  says      = "{host}:{port} vouches for itself: {certificate_subject}",
  example        { certificate_subject = "printer", certificate_issuer = "printer" },
  counterexample { certificate_subject = "www.example.org", certificate_issuer = "Example CA" },
  counterexample {},
}
