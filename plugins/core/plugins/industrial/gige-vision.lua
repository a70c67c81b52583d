-- Control of cameras: 42, flags, a command, a length, a request id; the answer has a status, the next code,
-- a length, the same id (GigE Vision 2.0, section 14; AIA).  02 discovers, 80 and 82 read and write
-- registers, 84 and 86 memory.
local function check(m)
  local ask, answer = m.client, m.server
  if ask:u16(4) ~= ask:size() - 8 then return false end
  if not answer then return ask:u16(6) ~= 0 end
  return answer:u16(2) == ask:u16(2) + 1 and answer:u16(6) == ask:u16(6)
    and answer:u16(4) == answer:size() - 8
end

local function text(v, at, n)
  local s = v:bytes(at, n)
  local size = 0
  while s and size < n and string.byte(s, size + 1) >= 0x20 do size = size + 1 end
  return size > 0 and string.sub(s, 1, size) or nil
end

protocol "gige-vision" {
  title     = "GigE Vision control",
  reference = "AIA GigE Vision 2.0, sections 14 and 16 (GVCP)",
  category  = "industrial",
  ports     = { "3956/udp" },

  udp { client = any { bytes "42 [00-11] 00 02 00 00", bytes "42 [00-11] 00 80 0? ??",
    bytes "42 [00-11] 00 82 0? ??",
          bytes "42 [00-11] 00 84 00 08", bytes "42 [00-11] 00 86 0? ??" },
        server = any { bytes "00 00 00 03 00 F8", bytes "?? ?? 00 81 0? ??", bytes "?? ?? 00 83 00 ??",
          bytes "?? ?? 00 85 0? ??",
          bytes "?? ?? 00 87 00 ??" }, check = check },
  udp { client = all { any { bytes "42 01 00 02 00 00", bytes "42 11 00 02 00 00" }, length(8) },
    alone = "client", check = check },

  fields {
    server = function(m)
      local v = m.server
      if not v or v:u16(2) ~= 3 then return nil end
      return { vendor = text(v, 80, 32), product = text(v, 112, 32), version = text(v, 144, 32),
        device = text(v, 240, 16) }
    end,
  },

  example { client = hex "42 01 00 80 00 04 00 05 00 00 0A 00",
    server = hex "00 00 00 81 00 04 00 05 00 00 00 02" },
  example { client = hex "42 11 00 02 00 00 00 01" },
  counterexample { client = hex "42 01 00 80 00 04 00 05 00 00 0A 00",
    server = hex "00 00 00 81 00 04 00 06 00 00 00 02" },
}
