-- 1.99 means that both are offered (RFC 4253 section 5.1).
detect "ssh-protocol-1" {
  title     = "SSH server still offers protocol 1",
  severity  = "high",
  category  = "outdated",
  reference = "RFC 4253 section 5.1, CWE-327",
  on        = service "ssh",
  when      = function(s) return s.protocol_version ~= nil and s.protocol_version:sub(1, 1) == "1" end,
  says      = "{host}:{port} offers SSH {protocol_version}",
  example        { protocol_version = "1.99" },
  example        { protocol_version = "1.5" },
  counterexample { protocol_version = "2.0" },
  counterexample {},
}
