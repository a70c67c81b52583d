-- Type and length: 1 names sources (a count, a rendezvous point, entries of 12 bytes with prefix length 32),
-- 4 keeps alive in three bytes (RFC 3618 section 12).
local function chain(v)
  local at, size = 0, v:size()
  for _ = 1, 8 do
    if at >= size then return true end
    local kind, length = v:u8(at), v:u16(at + 1)
    if not length then return at > 0 and true or more end
    if kind == 4 then
      if length ~= 3 then return false end
    elseif kind == 1 then
      local count = v:u8(at + 3)
      -- A data packet may follow the entries.
      if not count then return more end
      if length < 8 + 12 * count then return false end
    elseif kind > 7 or length < 3 then
      return false
    end
    at = at + length
  end
  return true
end

local function check(m)
  local ok = not m.client or chain(m.client)
  if ok ~= true then return ok end
  return not m.server or chain(m.server)
end

local sources = bytes "01 0? ?? [01-55] ?? ?? ?? ?? 00 00 00 20 [e0-ef]"

protocol "msdp" {
  title     = "Multicast Source Discovery Protocol",
  reference = "RFC 3618 section 12",
  category  = "network",
  ports     = { "639/tcp" },

  tcp { either = sources, alone = { "client", "server" }, check = check },
  tcp { client = any { bytes "04 00 03", sources }, server = any { bytes "04 00 03", sources },
    check = check },

  example { client = hex "01 00 14 01 C0 00 02 01 00 00 00 20 E1 02 03 04 C6 33 64 01" },
  example { client = hex "04 00 03", server = hex "04 00 03" },
  counterexample { client = hex "04 00 03 09 00 05", server = hex "04 00 03 09 00 05" },
}
