-- By UDP "DLEP", a signal (1 discovers, 2 offers), a length; by TCP messages of type and length that begin
-- with version 1.0 (RFC 8175 section 11).

-- A session's first message: data items of type and length fill it exactly; one is the peer's type (4), one
-- the heartbeat interval (5, four bytes).
local function message(v)
  local length = v:u16(2)
  if not length or length > 1400 then return false end
  if v:size() < 4 + length then return more end
  local at, peer, heartbeat = 4, false, false
  for _ = 1, 40 do
    if at == 4 + length then return peer and heartbeat end
    local kind, size = v:u16(at), v:u16(at + 2)
    if not size or at + 4 + size > 4 + length then return false end
    if kind == 4 then peer = true elseif kind == 5 and size == 4 then heartbeat = true end
    at = at + 4 + size
  end
  return false
end
local function session(m)
  local asked = not m.client or message(m.client)
  if asked ~= true then return asked end
  return not m.server or message(m.server)
end

protocol "dlep" {
  title     = "Dynamic Link Exchange Protocol",
  reference = "RFC 8175 sections 11.1 and 11.2",
  category  = "network",
  ports     = { "854/udp", "854/tcp" },

  udp { either = any { bytes "44 4C 45 50 00 01", bytes "44 4C 45 50 00 02" }, alone = { "client",
    "server" } },
  tcp { client = bytes "00 01 0? ?? 00 [01-1D] 0? ??", server = bytes "00 02 0? ?? 00 [01-1D] 0? ??",
        alone = { "client", "server" }, check = session },

  example { client = hex "00 01 00 11 00 05 00 04 00 00 EA 60 00 04 00 05 00 6E 6F 64 65",
    server = hex "00 02 00 16 00 01 00 01 00 00 04 00 05 00 6E 6F 64 65 00 05 00 04 00 00 EA 60",
      transport = "tcp" },
  counterexample { client = hex "00 01 00 11 00 05 00 04 00 00 EA 60 00 07 00 05 00 6E 6F 64 65",
    transport = "tcp" },
  example { client = hex "44 4C 45 50 00 01 00 00" },
  counterexample { client = "DLEP!!" },
}
