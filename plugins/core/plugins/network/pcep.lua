-- Version 1 in the top three bits, a type, a length; both open (1) with an open object: class 1, type 1, a
-- length, version 1, keep alive, dead timer, session (RFC 5440 sections 6.1, 6.2 and 7.3).
local function open(v)
  local length, inner = v:u16(2), v:u16(6)
  if not inner then return more end
  return length % 4 == 0 and inner % 4 == 0 and inner >= 8 and inner + 4 <= length
end

protocol "pcep" {
  title     = "Path Computation Element Protocol",
  reference = "RFC 5440 sections 6.1, 6.2 and 7.3",
  category  = "network",
  ports     = { "4189/tcp" },

  tcp { either = bytes "20 01 0? ?? 01 1? 0? ?? 20", alone = { "client", "server" },
    check = function(m)
      local ok = not m.client or open(m.client)
      if ok ~= true then return ok end
      return not m.server or open(m.server)
    end },

  example { client = hex "20 01 00 0C 01 10 00 08 20 1E 78 01" },
  counterexample { client = hex "20 01 00 0D 01 10 00 08 20 1E 78 01" },
}
