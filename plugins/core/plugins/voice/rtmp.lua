-- Both sides open with a version, 3, and 1536 bytes: a time, four bytes that are zero (or Adobe's version),
-- and random ones (RTMP 1.0 section 5.2).  The server's block follows at once with an echo of the client's
-- time.
local function check(m)
  local ask, answer = m.client, m.server
  if ask:size() < 200 or answer:size() < 200 then return more end
  -- The server echoes the client's block 1537 bytes on: its time and, after four bytes, what was random.
  local echo = answer:bytes(1545, 32)
  if echo then return echo == ask:bytes(9, 32) or ask:u32(5) == 0 or ask:u32(5) >= 0x09000000 end
  if ask:u32(5) == 0 or answer:u32(5) == 0 then return true end
  -- Cut off before the echo: the client waits for it and has said its 1537 bytes, no more.
  return answer:u8(5) < 16 and ask:size() == 1537 or more
end

protocol "rtmp" {
  title     = "Real-Time Messaging Protocol",
  reference = "Adobe RTMP specification 1.0 section 5.2",
  category  = "voice",
  ports     = { "1935/tcp" },

  tcp { client = any { bytes "03 ?? ?? ?? ?? 00 00 00 00", bytes "03 ?? ?? ?? ?? 09 00 ?? ??",
    bytes "03 ?? ?? ?? ?? 0A 00 ?? ??", bytes "03 ?? ?? ?? ?? 80 00 ?? ??" },
        server = bytes "03 ?? ?? ?? ?? ?? ?? ?? ??", check = check },

  example { client = "\3\0\0\0\1\0\0\0\0" .. string.rep("\xA5", 1528),
    server = "\3\0\0\0\2\0\0\0\0" .. string.rep("\x5A", 1528) },
  counterexample { client = hex "03 00 00 13 0E E0 00 00 00 00 00 01 00 08 00 03 00 00 00",
    server = hex "03 00 00 13 0E D0 00 00 12 34 00 02 00 08 00 02 00 00 00" },
}
