-- The robot's controller greets (Universal Robots, Dashboard Server guide); 30001 to 30003 speak other
-- protocols.
local greeting = starts "Connected: Universal Robots Dashboard Server"

-- Who first asks for the version, as drivers do, is about to be told it: that is waited for.
local function check(m)
  local asked = m.client and string.lower(m.client:bytes(0, 16) or "")
  if asked ~= "polyscopeversion" then return true end
  local stop = m.server:find(0, "\n")
  return stop and m.server:find(stop + 1, "\n") and true or more
end

protocol "ur-dashboard" {
  title     = "UR dashboard (Universal Robots)",
  reference = "Universal Robots, Dashboard Server e-Series, port 29999",
  category  = "industrial",
  ports     = { "29999/tcp" },

  tcp { server = greeting, alone = "server", check = check },
  -- It was asked for its version, and nobody heard the answer.
  tcp { server = greeting, alone = "server", fallback = true },

  fields { server = { [[^(?<banner>Connected: (?<vendor>Universal Robots) (?<product>Dashboard Server))]],
    -- The answer to PolyscopeVersion; a CB3 controller says the bare number.
    [[(?m)^(?:URSoftware )?(?<version>\d+\.\d+\.\d+(?:\.\d+)?)(?=[ \r\n])]] } },

  example { client = "robotmode\n",
    server = "Connected: Universal Robots Dashboard Server\nRobotmode: RUNNING\n" },
  example { client = "PolyscopeVersion\n",
    server = "Connected: Universal Robots Dashboard Server\n\z
      URSoftware 5.11.1.108318 (Aug 23 2021)\n" },
  example { client = "polyscopeversion\n",
    server = "Connected: Universal Robots Dashboard Server\n3.3.4.310\n" },
  example { client = "polyscopeversion\n",
    server = "Connected: Universal Robots Dashboard Server\n" },
  counterexample { server = "Connected: yes\n" },
}
