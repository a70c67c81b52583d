-- A connection to an access point: 00 04, the length of all, then a protocol buffer whose field 10 (52) says
-- what was built; the answer has a length and its own field 10 (librespot,
-- core/src/connection/handshake.rs).  Players of one network call each other by datagrams that begin with
-- SpotUdp.
local function check(m)
  local ask, answer = m.client, m.server
  if ask:u32(2) > ask:size() then return more end
  -- The encrypted part may follow already.
  return ask:u32(2) >= 50 and ask:u32(2) < 4096 and answer:u32(0) > 100 and answer:u32(0) < 4096
end

protocol "spotify" {
  title     = "Spotify",
  reference = "librespot, core/src/connection/handshake.rs",
  category  = "media",
  ports     = { "4070/tcp", "57621/udp" },
  alternates = { "443/tcp", "80/tcp" },

  tcp { client = bytes "00 04 00 00 ?? ?? 52", server = bytes "00 00 [00-0F] ?? 52", check = check },
  udp { either = starts "SpotUdp", alone = { "client", "server" } },

  example { client = "\0\4\0\0\0\x60\x52" .. string.rep("\xA5", 89),
    server = "\0\0\1\x40\x52" .. string.rep("\x5A", 315) },
  example { client = "SpotUdp0" .. string.rep("\xA5", 32), transport = "udp" },
  counterexample { client = "\0\4\0\0\0\x60\x53" .. string.rep("\xA5", 89),
    server = "\0\0\1\x40\x52" .. string.rep("\x5A", 315) },
}
