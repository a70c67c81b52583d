-- SOCKS 5: version, a count and that many methods; the server picks one (RFC 1928 section 3).
-- SOCKS 4: version, 1 (connect) or 2 (bind), port, address, user, zero; the server answers zero and 90 to 93.

-- What follows the method: 5, a command or a reply, 0, a kind of address (section 4).
local function goes_on(v, at, picked, low, high)
  local version, code, zero, kind = v:u8(at), v:u8(at + 1), v:u8(at + 2), v:u8(at + 3)
  if not version then return true end
  if picked ~= 0 then return version == 1 or version == 5 or picked >= 128 end
  return version == 5 and (not code or code >= low and code <= high) and (not zero or zero == 0)
    and (not kind or kind == 1 or kind == 3 or kind == 4)
end

local function five(m)
  local count = m.client:u8(1)
  if not count then return more end
  if count < 1 or count > 16 then return false end
  local picked, known = m.server and m.server:u8(1), false
  for at = 2, 1 + count do
    local method = m.client:u8(at)
    if not method then return more end
    if method > 9 and method < 128 then return false end          -- assigned methods, or private ones
    if method == picked then known = true end
  end
  if not m.server then return m.client:size() == 2 + count end    -- alone it must end there
  if not picked then return more end
  if picked == 255 then return true end                           -- none of them
  -- The client goes on with a request (5), or with the method's own exchange, version 1; so does the server.
  return known and goes_on(m.client, 2 + count, picked, 1, 3) and goes_on(m.server, 2, picked, 0, 8)
end

local function four(m)
  local stop = m.client:find(8, "\0")
  if not stop or stop > 300 or m.client:u16(2) == 0 then return false end
  if m.server then
    local size = m.server:size()
    return size >= 8 or more
  end
  return true
end

-- Which method the server picks: none at all (0), a name and a password (2); SOCKS 4 knows neither.
local function method(m)
  local version, picked = m.server and m.server:u8(0), m.server and m.server:u8(1)
  if version == 5 then return { auth = picked == 0 and "none" or picked == 2 and "password" or nil } end
  return version == 0 and picked == 90 and { auth = "none" } or nil
end

protocol "socks" {
  title     = "SOCKS proxy",
  reference = "RFC 1928 section 3, SOCKS 4 and 4A",
  category  = "tunnel",
  also      = { "socks4", "socks5" },
  ports     = { "1080/tcp" },
  alternates = { "1081/tcp", "9050/tcp", "9150/tcp", "10080/tcp" },

  tcp { client = bytes "05 ?? ??", server = bytes "05 ??", check = five },
  tcp { client = any { bytes "04 01 ?? ?? ?? ?? ?? ??", bytes "04 02 ?? ?? ?? ?? ?? ??" },
    server = bytes "00 5? ??",
    check = four },

  fields { server = method },
  upgrade "any" {},                                              -- what the proxy carries

  probe { send = "\5\1\0" },

  example { client = "\5\2\0\1", server = "\5\0" },
  example { client = "\4\1\0\80\192\0\2\1me\0", server = "\0\x5A\0\80\192\0\2\1" },
  counterexample { client = "\5\2\0\1", server = "\5\2" },
  counterexample { client = "\5\2\0\1", server = "\5\0\7\3\2" },
  counterexample { client = "\5\1\0\7\1", server = "\5\0" },
  counterexample { client = "\5\0\x0B\3\x10\0\0\0", server = "\5\0\x0C\3\x10\0\0\0" },
}
