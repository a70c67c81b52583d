-- YMSG, a version, a vendor, the length of the body, a service, a status, a session: 20 bytes (libpurple,
-- protocols/yahoo).
local function header(v)
  local version, length = v:u16(4), v:u16(8)
  if not length then return more end
  -- Versions in use: 5 to 19, some write them in the first byte.
  return version <= 0x40 or version & 0xFF == 0
end

local function check(m)
  return header(m.client or m.server)
end

protocol "ymsg" {
  title     = "Yahoo Messenger",
  reference = "libpurple, protocols/yahoo, packet header",
  category  = "messaging",
  ports     = { "5050/tcp" },
  alternates = { "23/tcp", "25/tcp", "80/tcp", "119/tcp", "8001/tcp", "8002/tcp" },

  tcp { either = starts "YMSG\0", alone = { "client", "server" }, check = check },
  tcp { either = bytes "59 4D 53 47 [05-40] 00 00 00", alone = { "client", "server" }, check = check },

  example { client = hex "59 4D 53 47 00 0F 00 00 00 00 00 4C 00 00 00 00 00 00 00 00",
    server = hex "59 4D 53 47 00 0F 00 00 00 00 00 4C 00 00 00 01 00 00 00 00" },
  example { client = hex "59 4D 53 47 09 00 00 00 00 00 00 4C 00 00 00 00 00 00 00 00" },
  counterexample { client = "YMSGR is a program\r\n" },
}
