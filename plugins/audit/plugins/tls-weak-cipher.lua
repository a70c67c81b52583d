-- No encryption, no authentication, export strength, DES and RC4.
detect "tls-weak-cipher" {
  title     = "Weak TLS cipher suite",
  severity  = "medium",
  category  = "outdated",
  reference = "RFC 9325 section 4.1, CWE-327",
  on        = service { "tls", "dtls" },
  when      = function(s)
    return s.cipher ~= nil and s.cipher:matches("_RC4_|_3?DES_|_NULL_|_EXPORT|_anon_")
  end,
  says      = "{host}:{port} agrees on {cipher}",
  example        { cipher = "TLS_RSA_WITH_RC4_128_MD5" },
  example        { cipher = "TLS_RSA_WITH_3DES_EDE_CBC_SHA" },
  example        { cipher = "TLS_DH_anon_WITH_AES_256_GCM_SHA384" },
  counterexample { cipher = "TLS_AES_128_GCM_SHA256" },
  counterexample { cipher = "TLS_RSA_WITH_AES_128_CBC_SHA" },
}
