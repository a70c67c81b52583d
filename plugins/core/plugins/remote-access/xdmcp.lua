-- Version 1, an opcode, the length of the rest; then arrays with lengths of their own (XDMCP 1.1, section
-- 4).  Queries hold a list of authentication names; a display manager answers Willing (5) or Unwilling (6).

-- A list of names: a count, then names of 16-bit lengths, and nothing behind.
local function query(v)
  if v:u16(4) ~= v:size() - 6 then return false end
  local at = 7
  for _ = 1, v:u8(6) do
    local n = v:u16(at)
    if not n then return false end
    at = at + 2 + n
  end
  return at == v:size()
end

-- Willing: authentication, host name, status; Unwilling: host name, status.
local function answer(v)
  if v:u16(4) ~= v:size() - 6 then return false end
  local at = 6
  for _ = 1, v:u8(3) == 5 and 3 or 2 do
    local n = v:u16(at)
    if not n then return false end
    at = at + 2 + n
  end
  return at == v:size()
end

local function check(m)
  return (not m.client or query(m.client)) and (not m.server or answer(m.server))
end

protocol "xdmcp" {
  title     = "X Display Manager Control Protocol",
  reference = "XDMCP version 1.1, section 4",
  category  = "remote-access",
  ports     = { "177/udp" },

  udp { client = all { bytes "00 01 00 [01-03] 0? ??", length(7, 600) },
        server = all { bytes "00 01 00 [05-06] 0? ??", length(10, 600) }, alone = { "client", "server" },
        check = check },

  fields {
    server = function(m)
      local v = m.server
      if not v or v:u8(3) ~= 5 then return nil end
      local at = 8 + v:u16(6)
      local n = v:u16(at)
      return { hostname = n and n > 0 and v:bytes(at + 2, n) or nil }
    end,
  },

  example { client = hex "00 01 00 02 00 01 00", server = hex "00 01 00 05 00 0C 00 00 00 04" .. "host"
    .. "\0\2ok",
    transport = "udp" },
  counterexample { client = "\0\1\0\2\0\9boot.img", transport = "udp" },
  counterexample { client = "\0\1boot.img\0octet\0", transport = "udp" },
}
