-- 02, the client's version, a command, a number, the account, an encrypted body, 03 (libpurple's qq plugin,
-- which names the commands).  Over TCP a length stands before.  Versions are loose: 0D55 and 0E1B are
-- libpurple's own, each client since has another.
local command = {
  [0x01] = true, [0x02] = true, [0x04] = true, [0x05] = true, [0x06] = true, [0x09] = true,
  [0x0A] = true, [0x0B] = true, [0x0D] = true, [0x12] = true, [0x16] = true, [0x17] = true,
  [0x1C] = true, [0x1D] = true, [0x21] = true, [0x22] = true, [0x26] = true, [0x27] = true,
  [0x29] = true, [0x30] = true, [0x58] = true, [0x5C] = true, [0x62] = true, [0x80] = true,
  [0x81] = true,
}

-- Accounts begin at 10000; the last byte closes the packet.
local function packet(v, base, size)
  return command[v:u16(base + 3)] and v:u32(base + 7) >= 10000 and v:u8(base + size - 1) == 3
end

local function datagram(m)
  local ask, answer = m.client, m.server
  if not packet(ask, 0, ask:size()) then return false end
  return not answer or answer:u8(0) == 2 and answer:u16(3) == ask:u16(3) and answer:u8(answer:size() - 1) == 3
end

local function stream(m)
  local ask, answer = m.client, m.server
  local size, back = ask:u16(0), answer:u16(0)
  if ask:size() < size or answer:size() < back then return more end
  if size < 20 or back < 9 or not packet(ask, 2, size - 2) then return false end
  return answer:u16(5) == ask:u16(5) and answer:u8(back - 1) == 3
end

protocol "oicq" {
  title     = "Tencent QQ (OICQ)",
  reference = "libpurple, protocols/qq, header_info.h and qq_network.c",
  category  = "messaging",
  ports     = { "8000/udp" },
  shares    = { "8000/tcp" },                                    -- shoutcast's
  alternates = { "443/tcp", "80/tcp", "8001/udp" },

  udp { client = all { bytes "02 [0A-3F] ?? 00 ??", length(28, 1400) }, alone = "client", check = datagram },
  tcp { client = bytes "0? ?? 02 [0A-3F] ?? 00 ??", server = bytes "0? ?? 02 ?? ?? 00 ??", check = stream },

  example { client = "\2\x0D\x55\0\x62\x12\x34\0\0\x30\x39" .. string.rep("\xA5", 20) .. "\3",
    server = "\2\1\0\0\x62\x12\x34" .. string.rep("\x5A", 20) .. "\3", transport = "udp" },
  example { client = "\0\x22\2\x0D\x55\0\x62\x12\x34\0\0\x30\x39" .. string.rep("\xA5", 20) .. "\3",
    server = "\0\x1E\2\1\0\0\x62\x12\x34" .. string.rep("\x5A", 20) .. "\3", transport = "tcp" },
  counterexample { client = "\2\x0D\x55\0\x62\x12\x34\0\0\x30\x39" .. string.rep("\xA5", 21),
    transport = "udp" },
  -- RIP's response has the version behind the command, and zeros.
  counterexample { client = "\2\2\0\0\0\2\0\0" .. string.rep("\0", 15) .. "\3", transport = "udp" },
}
