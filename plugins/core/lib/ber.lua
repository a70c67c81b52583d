-- Basic Encoding Rules (X.690 section 8.1): tag, length, content.
local ber = {}

-- The tag at `at`, where its content begins, and how long that is.
function ber.element(v, at)
  local tag, length = v:u8(at), v:u8(at + 1)
  if not length then return nil end
  if length < 0x80 then return tag, at + 2, length end
  if length == 0x81 then return tag, at + 3, v:u8(at + 2) end
  if length == 0x82 then return tag, at + 4, v:u16(at + 2) end
  if length == 0x83 then return tag, at + 5, v:u24(at + 2) end
  if length == 0x84 then return tag, at + 6, v:u32(at + 2) end
  return nil
end

return ber
