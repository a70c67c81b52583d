-- A type (10 to 12; 13 is an error, 14 to 16 ask for a name), flags, an id, the sender's address and port;
-- then lengths and two names in NetBIOS form: 32 letters A to P each (RFC 1002 sections 4.4.1 to 4.4.4).
local name = "20" .. string.rep(" [41-50]", 32) .. " "

-- The sender's name: each byte is written as two letters, and the last one is a kind.
local function source(m)
  local v = m.client
  if v:u8(0) > 0x12 then return nil end
  local text = {}
  for i = 15, 43, 2 do
    local high, low = v:u8(i), v:u8(i + 1)
    if not low then return nil end
    local letter = (high - 0x41) << 4 | (low - 0x41)
    if letter == 0x20 or letter == 0 then break end
    table.insert(text, string.char(letter))
  end
  return { hostname = table.concat(text) }
end

protocol "nbdgm" {
  title     = "NetBIOS datagram service",
  reference = "RFC 1002 sections 4.4.1 to 4.4.4",
  category  = "network",
  also      = { "netbios-dgm" },
  ports     = { "138/udp" },

  -- Some senders leave the port empty; the names say enough.
  udp { either = bytes("[10-12] 0? ?? ?? ?? ?? ?? ?? ?? ?? 0? ?? ?? ?? " .. name), alone = { "client",
    "server" } },
  udp { either = bytes("[14-16] 0? ?? ?? ?? ?? ?? ?? ?? ?? " .. name), alone = { "client", "server" } },

  fields { client = source },

  example { client = "\x11\x0A\x12\x34\xC0\0\2\1\0\x8A\0\xBB\0\0\x20EEEFFDELCACACACACACACACACACACAAA\0" },
  example { client = "\x14\x0A\x12\x34\xC0\0\2\1\0\x8A\x20EEEFFDELCACACACACACACACACACACAAA\0" },
  counterexample { client = "\x12\x34\1\x10\0\1\0\0\0\0\0\0\32EEEFFDELCACACACACACACACACACACAAA\0\0\32\0\1" },
}
