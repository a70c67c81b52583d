-- Devices that are still as they were delivered often say so in their first words.
detect "default-credentials-shown" {
  title     = "Default login in a banner",
  severity  = "high",
  category  = "default-credentials",
  reference = "CWE-1392",
  on        = service,
  when      = function(s)
    local said = s.banner or s.realm
    return said ~= nil and said:matches([[(?i)\b(default|initial|factory)\b.{0,20}\b(password|login|user)\b|\badmin\s*[/:]\s*(admin|password|1234)\b]])
  end,
  says      = "{host}:{port} ({protocol}) shows its default login: {banner}",
  example        { banner = "Default login: admin/admin" },
  example        { banner = "Welcome. The default password is 1234" },
  counterexample { banner = "Please change your password" },
  counterexample {},
}
