detect "tls-old-version" {
  title     = "TLS older than 1.2",
  severity  = "medium",
  category  = "outdated",
  reference = "RFC 8996, RFC 7568, CWE-327",
  on        = service { "tls", "dtls" },
  when      = function(s)
    return s.protocol_version ~= nil and s.protocol_version:matches([[^(SSL|TLS 1\.[01]|DTLS 1\.0)]])
  end,
  says      = "{host}:{port} agrees on {protocol_version}",
  example        { protocol_version = "TLS 1.0" },
  example        { protocol_version = "SSL 3.0" },
  counterexample { protocol_version = "TLS 1.2" },
  counterexample { protocol_version = "TLS 1.3" },
}
