-- Version 1, a length in multiples of four, flags (request, proxiable, error, retransmitted), a command, an
-- application, two ids; then attributes of code, flags, length (RFC 6733 sections 3 and 4.1).
local function message(v)
  local length, flags = v:u24(1), v:u8(4)
  if not v:u24(25) then return more end
  if length < 28 or length % 4 ~= 0 or flags & 0xC0 == 0xC0 and flags & 0x20 ~= 0 then return false end
  -- The first attribute: flags V, M, P only, and a length that fits.
  local extent, aflags = v:u24(25), v:u8(24)
  return aflags & 0x1F == 0 and extent >= 8 and extent <= length - 20
end

local function check(m)
  if m.client then
    local ok = message(m.client)
    if ok ~= true then return ok end
  end
  return not m.server or message(m.server)
end

-- Origin host (264) and realm (296), vendor (266), product name (269).
local function attributes(v)
  local found, at = {}, 20
  for _ = 1, 20 do
    local code, length = v:u32(at), v:u24(at + 5)
    if not length or length < 8 then break end
    local start = v:u8(at + 4) & 0x80 ~= 0 and 12 or 8
    if length > start then
      local value = v:bytes(at + start, length - start)
      if code == 264 then found.hostname = value end
      if code == 269 then found.product = value end
    end
    at = at + (length + 3) // 4 * 4
  end
  return found
end

-- Session id, origin host, result code and user name come first; commands are 257 and up, 8388608 and up for
-- 3GPP.
local function message_with(flags)
  local head = "01 00 ?? ?? " .. flags
  return all { any { bytes(head .. " 00 01 ??"), bytes(head .. " 80 00 ??") },
    any { at(20, bytes "00 00 01 [01-25] ?0 00"), at(20, bytes "00 00 00 01 ?0 00") } }
end

protocol "diameter" {
  title     = "Diameter",
  reference = "RFC 6733 sections 3, 4.1 and 5.3",
  category  = "directory",
  ports     = { "3868/tcp", "3868/sctp" },
  alternates = { "5868/tcp", "5868/sctp" },

  -- The request bit is set (8 to F) or not.
  tcp { client = message_with "[80-f0]", server = message_with "[00-70]", alone = { "client", "server" },
    check = check },
  sctp { client = message_with "[80-f0]", server = message_with "[00-70]", alone = { "client", "server" },
    check = check },
  -- Both may ask, and a capture may begin anywhere.
  tcp { either = message_with "?0", check = check },
  sctp { either = message_with "?0", check = check },

  fields {
    server = function(m) return m.server and attributes(m.server) end,
    client = function(m) return m.client and attributes(m.client) end,
  },

  example {
    client = hex "01 00 00 28 80 00 01 01 00 00 00 00 00 00 00 01 00 00 00 01 00 00 01 08 40 00 00 14"
      .. "c.example.co",
    server = hex "01 00 00 20 00 00 01 01 00 00 00 00 00 00 00 01 00 00 00 01"
      .. hex "00 00 01 0C 40 00 00 0C 00 00 07 D1",
    transport = "tcp",
  },
  example { transport = "tcp",
    client = hex "01 00 00 28 80 00 01 01 00 00 00 00 00 00 00 01 00 00 00 01"
      .. hex "00 00 01 08 40 00 00 14" .. "c.example.co" },
  example { transport = "sctp",
    client = hex "01 00 00 28 80 00 01 01 00 00 00 00 00 00 00 01 00 00 00 01 00 00 01 08 40 00 00 14"
      .. "c.example.co" },
  example { transport = "tcp",
    client = hex "01 00 00 20 00 00 01 18 00 00 00 00 00 00 00 01 00 00 00 01"
      .. hex "00 00 01 0C 40 00 00 0C 00 00 07 D1",
    server = hex "01 00 00 28 80 00 01 18 00 00 00 00 00 00 00 01 00 00 00 01 00 00 01 08 40 00 00 14"
      .. "s.example.co" },
  -- Over an association, too, either may ask: the server watches its client (280).
  example { transport = "sctp",
    client = hex "01 00 00 34 00 00 01 18 00 00 00 00 00 00 00 02 00 00 00 02"
      .. hex "00 00 01 0C 40 00 00 0C 00 00 07 D1 00 00 01 08 40 00 00 14" .. "c.example.co",
    server = hex "01 00 00 28 80 00 01 18 00 00 00 00 00 00 00 02 00 00 00 02"
      .. hex "00 00 01 08 40 00 00 14" .. "s.example.co" },
  counterexample { transport = "tcp",
    client = hex "01 00 00 29 80 00 01 01 00 00 00 00 00 00 00 01 00 00 00 01 00 00 01 08 40 00 00 15" },
}
