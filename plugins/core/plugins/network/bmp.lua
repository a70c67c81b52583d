-- A router reports to a station and hears nothing: version 3, a length, a type; it begins with an initiation
-- (4) of texts: 0 free text, 1 the system's description, 2 its name (RFC 7854 sections 4.1, 4.3 and 4.4).
local function check(m)
  local v = m.client
  if not v or not v:starts(0, "\3\0\0") or v:u8(5) ~= 4 then v = m.server end
  local length, at = v:u32(1), 6
  if length < 10 or length > 8192 then return false end
  for _ = 1, 8 do
    local kind, inner = v:u16(at), v:u16(at + 2)
    if not inner then return more end
    if kind > 2 or at + 4 + inner > length then return false end
    -- Texts are printable; a system's description may have several lines.
    for i = at + 4, at + 3 + math.min(inner, 16) do
      local letter = v:u8(i)
      if not letter then return more end
      if letter < 0x20 and letter ~= 10 and letter ~= 13 then return false end
    end
    at = at + 4 + inner
    if at == length then return true end
  end
  return true
end

local function texts(v)
  local found, at = {}, 6
  for _ = 1, 8 do
    local kind, length = v:u16(at), v:u16(at + 2)
    if not length or kind > 2 then break end
    if kind == 1 then found.info = v:bytes(at + 4, length) end
    if kind == 2 then found.hostname = v:bytes(at + 4, length) end
    at = at + 4 + length
    if at >= v:u32(1) then break end
  end
  return found
end

protocol "bmp" {
  title     = "BGP Monitoring Protocol",
  reference = "RFC 7854 sections 4.1, 4.3 and 4.4",
  category  = "network",
  dynamic   = true,                  -- the station's port is a matter of configuration

  tcp { client = bytes "03 00 00 ?? ?? 04 00 [00-02] 0?", alone = "client", check = check },
  -- Some stations connect to the router.
  tcp { server = bytes "03 00 00 ?? ?? 04 00 [00-02] 0?", alone = "server", check = check },

  fields {
    client = function(m) return m.client and texts(m.client) end,
    server = function(m) return m.server and texts(m.server) end,
  },

  example { client = hex "03 00 00 00 18 04 00 01 00 06" .. "Router" .. hex "00 02 00 04" .. "rtr1" },
  example { server = hex "03 00 00 00 18 04 00 01 00 06" .. "Router" .. hex "00 02 00 04" .. "rtr1" },
  counterexample { client = hex "03 00 00 16 11 E0 00 00 00 01" },
}
