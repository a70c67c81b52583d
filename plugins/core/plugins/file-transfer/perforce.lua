-- A check byte (the exclusive or of the length's bytes), a little-endian length; then variables: name, zero,
-- length, value, zero.  One is always "func" (Perforce P4Java documentation, RpcPacketPreamble and
-- RpcPacketField; P4API source, rpc/README).

local function packet(v)
  local check, a, b = v:u8(0), v:u8(1), v:u8(2)
  if not v:u8(5) then return nil end
  if check ~= a ~ b ~ v:u8(3) ~ v:u8(4) then return false end
  local at, stop = 5, 5 + v:u32le(1)
  -- Three variables are enough.
  for _ = 1, 3 do
    if at >= stop then return at == stop and at > 5 end
    local zero = v:find(at, "\0")
    if not zero then
      if v:size() - at > 64 then return false end
      return nil
    end
    local n = v:u32le(zero + 1)
    if not n then return nil end
    local last = zero + 5 + n
    if zero - at > 64 or last >= stop then return false end
    local c = v:u8(last)
    if c == nil then return nil end
    if c ~= 0 then return false end
    at = last + 1
  end
  return true
end

local function check(m)
  for _, v in ipairs({ m.client or m.server, m.server or m.client }) do
    local fits = packet(v)
    if fits == nil then return more end
    if not fits then return false end
  end
  return true
end

-- First messages are shorter than 4096 bytes; names are letters.
local first = bytes "?? ?? 0? 00 00 [41-7A] [2D-7A]"

protocol "perforce" {
  title     = "Perforce Helix Core",
  reference = "Perforce P4Java documentation (RpcPacketPreamble), P4API source rpc/README",
  category  = "file-transfer",
  ports     = { "1666/tcp" },

  tcp { either = first, alone = { "client", "server" }, check = check },

  example {
    client = hex "29 29 00 00 00" .. "client\0\2\0\0\00084\0" .. "func\0\8\0\0\0protocol\0"
    .. "a\0\2\0\0\0bc\0",
    server = hex "1B 1B 00 00 00" .. "xf\0\1\0\0\0002\0" .. "func\0\8\0\0\0protocol\0",
  },
  counterexample { client = hex "2D 2D 00 00 00" .. "clientclientclientclientclientclientclientcli",
    server = hex "1E 1E 00 00 00" .. "serverserverserverserverserver" },
}
