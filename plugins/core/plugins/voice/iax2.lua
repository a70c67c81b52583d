-- A full frame: the top bit and the caller's number, the other's number, a time, two counters, type 6
-- (control of IAX), and a command (RFC 5456 section 8.1.1).  The first one has no number of the other and
-- both counters at 0. NEW, REGREQ, REGREL, POKE, PING, LAGRQ open an exchange.
local opens = { [1] = true, [2] = true, [0x0B] = true, [0x0D] = true, [0x11] = true, [0x1E] = true }

-- Elements have a number, a length and a value, and fill the datagram.
local function elements(v)
  local at, size = 12, v:size()
  while at < size do
    local length = v:u8(at + 1)
    if not length then return false end
    at = at + 2 + length
  end
  return at == size
end

local function check(m)
  local ask, answer = m.client, m.server
  if not opens[ask:u8(11)] or not elements(ask) then return false end
  -- A new call or a registration says what it wants; a bare poke is nothing by itself.
  if not answer then return ask:size() > 16 and (ask:u8(11) == 1 or ask:u8(11) == 0x0D) end
  -- The answer is for the caller's number.
  return answer:u16(2) & 0x7FFF == ask:u16(0) & 0x7FFF and elements(answer)
end

protocol "iax2" {
  title     = "Inter-Asterisk eXchange version 2",
  reference = "RFC 5456 sections 8.1.1 and 8.4",
  category  = "voice",
  ports     = { "4569/udp" },

  udp { client = bytes "[80-FF] ?? 00 00 ?? ?? ?? ?? 00 00 06 ??",
    server = bytes "[80-FF] ?? ?? ?? ?? ?? ?? ?? ?? ?? 06 ??",
        alone = "client", check = check },

  example { client = hex "80 01 00 00 00 00 00 04 00 00 06 01 0B 02 00 02 06 03 62 6F 62",
    server = hex "80 07 00 01 00 00 00 04 00 01 06 07", transport = "udp" },
  example { client = hex "80 01 00 00 00 00 00 03 00 00 06 1E",
    server = hex "80 02 80 01 00 00 00 03 00 01 06 03",
    transport = "udp" },
  counterexample { client = hex "80 01 00 00 00 00 00 04 00 00 06 01 0B 09 00 02 06 03 62 6F 62",
    transport = "udp" },
  counterexample { client = hex "80 60 00 00 00 00 00 A0 00 00 06 44 D5 D5 D5 D5", transport = "udp" },
}
