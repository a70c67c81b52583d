-- Robots: a length, little end first, then fields of a length and name=value, which fill it exactly; one is
-- md5sum (ROS 1, TCPROS connection header).
local function header(v)
  local total = v:u32le(0)
  if total > 1800 then return false end
  if v:size() < 4 + total then return more end
  local at, sum = 4, false
  for _ = 1, 12 do
    if at == 4 + total then return sum end
    local size = v:u32le(at)
    if not size or size < 3 or at + 4 + size > 4 + total then return false end
    if v:starts(at + 4, "md5sum=") or v:starts(at + 4, "error=") then sum = true end
    at = at + 4 + size
  end
  return false
end
local function check(m)
  local asked = not m.client or header(m.client)
  if asked ~= true then return asked end
  return not m.server or header(m.server)
end
local field = all { bytes "?? ?? 00 00 ?? ?? 00 00", at(8, any { starts "callerid=", starts "topic=",
  starts "service=", starts "type=",
  starts "md5sum=", starts "message_definition=", starts "tcp_nodelay=", starts "persistent=",
    starts "probe=", starts "error=",
  starts "latching=", starts "request_type=", starts "response_type=" }) }

protocol "ros" {
  title     = "Robot Operating System (TCPROS)",
  reference = "ROS wiki, TCPROS and connection header",
  category  = "iot",
  dynamic   = true,                                              -- the master on 11311 gives the ports

  tcp { client = field, server = field, alone = { "client", "server" }, check = check },

  fields {
    server = [[callerid=(?<info>/[\w/]+)]],
    client = { [[topic=(?<topic>/[\w/]+)]], [[callerid=(?<hostname>/[\w/]+)]] },
  },

  example { client = hex "40 00 00 00 10 00 00 00" .. "callerid=/listen" .. hex "0C 00 00 00" ..
    "topic=/scan/" ..
    hex "18 00 00 00" .. "md5sum=12345678901234567" },
  -- Who publishes texts answers who listens to them.
  example { client = hex "7C 00 00 00 12 00 00 00" .. "callerid=/listener" .. hex "27 00 00 00" ..
      "md5sum=992ce8a1687cec8c8bd883ec73ca41d1" .. hex "0D 00 00 00" .. "tcp_nodelay=0" ..
      hex "0E 00 00 00" .. "topic=/chatter" .. hex "14 00 00 00" .. "type=std_msgs/String",
    server = hex "77 00 00 00 10 00 00 00" .. "callerid=/talker" ..
      hex "0A 00 00 00" .. "latching=0" ..
      hex "27 00 00 00" .. "md5sum=992ce8a1687cec8c8bd883ec73ca41d1" ..
      hex "0E 00 00 00" .. "topic=/chatter" .. hex "14 00 00 00" .. "type=std_msgs/String" },
  counterexample { client = hex "41 00 00 00 10 00 00 00" .. "callerid=/listen" .. hex "0C 00 00 00" ..
    "topic=/scan/" ..
    hex "18 00 00 00" .. "md5sum=12345678901234567" .. "x" },
}
