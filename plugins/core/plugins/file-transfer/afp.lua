-- DSI puts 16 bytes before everything: request (0) or reply (1), a command, an id, an error code or offset, a
-- length, four zeros.  A session begins with 3 (get status) or 4 (open session), and the reply repeats
-- command and id (Apple Filing Protocol, Data Stream Interface).
local function check(m)
  local ask, answer = m.client, m.server
  if ask:size() < 16 or answer:size() < 16 then return more end
  return ask:u16(2) == answer:u16(2) and ask:u8(1) == answer:u8(1)
end

-- Replies to "get status" begin with offsets of the machine's type and of lists, flags, then the server's
-- name.
local function status(m)
  local v = m.server
  if not v or v:u8(1) ~= 3 or not v:u8(26) then return nil end
  local function text(at)
    local n = v:u8(at)
    return n and n > 0 and n < 64 and v:bytes(at + 1, n) or nil
  end
  return { product = text(16 + v:u16(16)), hostname = text(26) }
end

protocol "afp" {
  title     = "Apple Filing Protocol (DSI)",
  reference = "Apple Filing Protocol Programming Guide, Data Stream Interface",
  category  = "file-transfer",
  ports     = { "548/tcp" },

  tcp { client = bytes "00 [03-04] ?? ?? 00 00 00 00 00 00 00 ?? 00 00 00 00",
        server = bytes "01 [03-04] ?? ?? ?? ?? ?? ?? 00 00 ?? ?? 00 00 00 00", check = check },

  fields { server = status },

  example { client = hex "00 03 00 01 00 00 00 00 00 00 00 00 00 00 00 00",
    server = hex "01 03 00 01 00 00 00 00 00 00 00 20 00 00 00 00 00 10 00 18 00 20 00 00 00 FB 02 61 62 00 00 00" },
  example { client = hex "00 04 00 01 00 00 00 00 00 00 00 06 00 00 00 00 01 04 00 10 00 00",
    server = hex "01 04 00 01 00 00 00 00 00 00 00 00 00 00 00 00" },
  counterexample { client = hex "00 03 00 01 00 00 00 00 00 00 00 00 00 00 00 00",
    server = hex "01 03 00 02 00 00 00 00 00 00 00 20 00 00 00 00" },
}
