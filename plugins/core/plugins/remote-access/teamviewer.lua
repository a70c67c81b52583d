-- Commands begin with 17 24, a command byte and a little-endian length; newer ones with 11 30 (published
-- analyses of the TeamViewer protocol; the vendor describes nothing).  Several commands follow each other
-- without a gap.
local function check(m)
  local v, at = m.client, 0
  for count = 0, 2 do
    if at >= v:size() then return count >= 1 end
    if v:u16(at) ~= 0x1724 then
      if v:u16(at) then return count >= 2 end
      return more
    end
    local length = v:u16le(at + 3)
    if not length then return more end
    at = at + 5 + length
  end
  return true
end

protocol "teamviewer" {
  title     = "TeamViewer",
  reference = "published analyses of the TeamViewer protocol (commands beginning 17 24)",
  category  = "remote-access",
  ports     = { "5938/tcp" },

  tcp { client = bytes "17 24 ?? ?? 0?", server = any { bytes "17 24 ?? ?? 0?", bytes "11 30 ?? 00" },
    check = check },

  example { client = hex "17 24 0A 02 00 01 02 17 24 0B 01 00 00", server = hex "17 24 0A 01 00 00" },
  example { client = hex "17 24 0A 02 00 01 02", server = hex "11 30 36 00 02 00 00 00" },
  counterexample { client = hex "17 03 03 00 10 01 02 03 04 05 06 07",
    server = hex "17 03 03 00 10 01 02 03" },
}
