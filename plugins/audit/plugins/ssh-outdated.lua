-- OpenSSH before 7.4 (December 2016), Dropbear before 2017: distributions that mend older ones name them
-- differently, so ask before you blame.
local function year(text) return tonumber(text:sub(10, 13)) end

detect "ssh-outdated" {
  title     = "SSH server of before 2017",
  severity  = "medium",
  category  = "outdated",
  reference = "https://www.openssh.com/releasenotes.html, CWE-1104",
  on        = service "ssh",
  when      = function(s)
    local name = s.software
    if not name then return false end
    if name:matches([[^dropbear_\d{4}]]) then return year(name) < 2017 end
    return name:matches([[^dropbear_0\.]]) or name:matches([[^OpenSSH_([1-6]\.|7\.[0-3](\D|$))]])
  end,
  says      = "{host}:{port} runs {software}",
  example        { software = "OpenSSH_5.3" },
  example        { software = "OpenSSH_7.2p2" },
  example        { software = "dropbear_0.52" },
  example        { software = "dropbear_2014.63" },
  example        { software = "dropbear_2016.74" },
  counterexample { software = "OpenSSH_7.4" },
  counterexample { software = "OpenSSH_10.0p2" },
  counterexample { software = "dropbear_2017.75" },
  counterexample { software = "dropbear_2022.83" },
}
