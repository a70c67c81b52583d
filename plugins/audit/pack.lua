-- What an auditor asks of a network: what is open, what is old, what is told in clear.  It is read only when
-- it is used: with --use offport/audit, with use "offport/audit" in a policy, or by naming this folder with
-- --plugins.
pack {
  name        = "offport/audit",
  version     = "1.0.0",
  title       = "Audit",
  description = "Detections of cleartext logins, old versions, open services, tunnels and guests from outside.",
  license     = "Apache-2.0",
  needs       = "offport >= 0.1",
  depends     = { ["offport/core"] = "^1.0" },
  optional    = true,
}
