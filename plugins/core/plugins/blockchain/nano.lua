-- R and the network (A development, B beta, C live, X test), the highest, used and lowest version, a type,
-- extensions (Nano protocol specification, message header).  TCP begins with a node handshake, 0A: asking
-- (1), answering (2), or both.
local function header(v)
  local highest, used, least = v:u8(2), v:u8(3), v:u8(4)
  return least <= used and used <= highest and least >= 7
end

local function check(m)
  return header(m.client) and (not m.server or header(m.server))
end

local network = any { starts "RA", starts "RB", starts "RC", starts "RX" }

protocol "nano" {
  title     = "Nano",
  reference = "Nano protocol specification, message header and node handshake",
  category  = "blockchain",
  ports     = { "7075/tcp", "7075/udp", "54000/tcp", "54000/udp", "17075/tcp" },

  tcp { client = all { network, at(2, bytes "[07-3F] [07-3F] [07-3F] 0A 0? 00") },
        server = all { network, at(2, bytes "[07-3F] [07-3F] [07-3F] 0A 0? 00") }, alone = "client",
          check = check },
  -- Older nodes: keep alive (2), publish, confirm.
  udp { either = all { network, at(2, bytes "[07-3F] [07-3F] [07-3F] [02-05] ?? ??") }, check = check },

  fields { server = function(m)
    return { protocol_version = m.server and m.server:u8(3) and string.format("%d", m.server:u8(3)) }
  end },

  example { client = "RC\x13\x13\x11\x0A\1\0" .. string.rep("\xA5", 32),
    server = "RC\x13\x13\x11\x0A\3\0" .. string.rep("\x5A", 96) },
  example { client = "RC\x11\x11\x10\2\0\0" .. string.rep("\xA5", 144),
    server = "RC\x11\x11\x10\2\0\0" .. string.rep("\x5A", 144),
    transport = "udp" },
  counterexample { client = "RC\x12\x14\x15\x0A\1\0" .. string.rep("\xA5", 32) },
}
