-- A path that begins with a slash, zeros up to a multiple of four, then a comma and the types of the
-- arguments, filled up likewise; or #bundle, a time and messages with their lengths (Open Sound Control
-- 1.0).
local function message(v)
  local size = v:size()
  if size % 4 ~= 0 then return false end
  local stop = v:find(0, "\0")
  if not stop or stop < 2 or stop > 120 then return false end
  local comma = stop + 4 - stop % 4
  if v:u8(comma) ~= 0x2C then return false end
  local types = v:find(comma, "\0")
  return types ~= nil and types - comma <= 64
end

local function check(m)
  return (not m.client or message(m.client)) and (not m.server or message(m.server))
end

local path = matches [=[^/[!-+\--~]{1,120}\0{1,4},[ifsbhtdScrmTFNI\[\]]{0,64}\0]=]

protocol "osc" {
  title     = "Open Sound Control",
  reference = "The Open Sound Control 1.0 specification",
  category  = "media",
  -- Every program picks its own port.
  dynamic   = true,

  udp { either = starts "#bundle\0", alone = { "client", "server" } },
  udp { client = all { bytes "2F [21-7E] [00-7E] [00-7E]", path }, alone = "client", check = check },

  example { client = "#bundle\0\0\0\0\0\0\0\0\1\0\0\0\x0C/a\0\0,i\0\0\0\0\0\1", transport = "udp" },
  example { client = "/mix/1/level\0\0\0\0,f\0\0\x3F\0\0\0", transport = "udp" },
  counterexample { client = "/mix/1/level\0,f\0\0\x3F\0\0\0", transport = "udp" },
}
