-- Lines of 72 printable characters, each the follower of the last in a ring of 95, and each line one further
-- (RFC 864).
local function ring(v, at, n)
  for i = at, at + n - 2 do
    local a, b = v:u8(i), v:u8(i + 1)
    if not b then return nil end
    if b ~= (a == 126 and 32 or a + 1) and not (a == 126 and b == 33) then return false end
  end
  return true
end

local function check(m)
  local v = m.server
  local first = ring(v, 0, 72)
  if first == nil then return more end
  if not first then return false end
  return v:u8(72) == 13 and v:u8(73) == 10
end

-- Servers begin with a space or with "!"; a few go on where the last client left.
local begin = any { starts " !\"#$%&'", starts "!\"#$%&'(" }

protocol "chargen" {
  title     = "Character generator (chargen)",
  reference = "RFC 864",
  category  = "legacy",
  ports     = { "19/tcp", "19/udp" },

  tcp { server = begin, alone = "server", check = check },
  udp { server = all { begin, length(74, 1472) }, alone = "server", check = check },

  example { server = [[ !"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefg]] .. "\r\n" },
  example { client = "\n", transport = "udp",
    server = [[!"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefgh]] .. "\r\n" },
  counterexample { server = [[ !"#$%&'()*+,-./0123456789:;<=>?@abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO]]
    .. "\r\n" },
}
