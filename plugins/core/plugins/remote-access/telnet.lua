-- Negotiation opens the conversation: IAC (255), then WILL, WONT, DO or DONT (251 to 254) and an option (RFC 854, 855).

-- How many negotiations stand at the beginning; nil when one of them is none.
local function negotiations(v)
  local at, count = 0, 0
  while count < 20 and v:u8(at) == 255 do
    local verb, option = v:u8(at + 1), v:u8(at + 2)
    if not verb then break end
    if verb >= 251 and verb <= 254 then
      if not option then break end
      if option > 49 and option ~= 255 and option ~= 138 and option ~= 239 then return nil end     -- the assigned options
      at, count = at + 3, count + 1
    elseif verb == 250 then                                      -- a subnegotiation runs to IAC SE
      local stop = v:find(at + 2, "\xFF\xF0")
      if not stop then break end
      at, count = stop + 2, count + 1
    elseif verb >= 240 then
      at = at + 2
    else
      return nil
    end
  end
  return count
end

-- One negotiation each is enough when both are seen; a single side needs two.
local function check(m)
  local least = m.client and m.server and 1 or 2
  if m.server and m.server:u8(0) == 255 then
    local count = negotiations(m.server)
    return count ~= nil and count >= least
  end
  local count = m.client and negotiations(m.client)
  return count ~= nil and count ~= false and count >= least
end

-- FA to FE: subnegotiation or one of the four verbs; the check looks closer.
local negotiation = any { bytes "FF FA", bytes "FF FB", bytes "FF FC", bytes "FF FD", bytes "FF FE" }

protocol "telnet" {
  title     = "Telnet",
  reference = "RFC 854, RFC 855",
  category  = "remote-access",
  ports     = { "23/tcp" },
  alternates = { "2323/tcp", "2023/tcp", "992/tcp" },

  tcp { server = negotiation, alone = "server", check = check },
  -- Some servers greet first and negotiate when asked.
  tcp { client = negotiation, server = negotiation, alone = "client", check = check },

  fields { server = [[(?<banner>[\x20-\x7e]{4,}[^\r\n\xff]*)]] },

  example { client = "\xFF\xFB\x18", server = "\xFF\xFD\x18\xFF\xFD\x20login: " },
  example { server = "\xFF\xFB\x01\xFF\xFB\x03\xFF\xFD\x1F" },
  counterexample { server = "\xFF\xFB\x90\x64\x00\x0F\xFF\xFB\x90" },
  counterexample { server = "\xFF\xD8\xFF\xE0\0\x10JFIF" },
}
