-- A type (10 here I am, 11 I see you, 12 assignment, 13 removal query), version 2.0 or 2.1, the length of the
-- rest; then components of type and length that fill it.  Version 1 has types 7 to 9 and version 4
-- (draft-wilson-wrec-wccp-v2-01).
local function check(m)
  local v = m.client or m.server
  local size, at = v:size(), 8
  if v:u16(6) + 8 ~= size then return false end
  for _ = 1, 20 do
    local kind, length = v:u16(at), v:u16(at + 2)
    if not length or kind > 30 then return false end
    at = at + 4 + length
    if at >= size then return at == size end
  end
  return true
end

protocol "wccp" {
  title     = "Web Cache Communication Protocol",
  reference = "draft-wilson-wrec-wccp-v2-01 section 5, draft-forster-wrec-wccp-v1-00",
  category  = "network",
  ports     = { "2048/udp" },

  udp { either = all { bytes "00 00 00 [0a-0d] 02 [00-01] ?? ?? 00 [00-1e] 00", length(24, 1500) },
    alone = { "client", "server" }, check = check },
  udp { either = all { bytes "00 00 00 [07-09] 00 00 00 04", length(20, 1500) }, alone = { "client",
    "server" } },

  example { client = hex "00 00 00 0A 02 00 00 10 00 00 00 04 00 00 00 00 00 01 00 04 00 00 00 00",
    transport = "udp" },
  example { client = hex "00 00 00 07 00 00 00 04 00 00 00 00 C0 00 02 01 00 00 00 00", transport = "udp" },
  counterexample { client = hex "00 00 00 0A 02 00 00 11 00 00 00 04 00 00 00 00 00 01 00 04 00 00 00 00",
    transport = "udp" },
}
