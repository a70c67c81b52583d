-- A length, a kind: L logs in with exactly 46 characters, A accepts with 30 (a session of 10, a number of
-- 20 in digits and blanks), J refuses with one letter (Nasdaq SoupBinTCP 4.00).  It carries ITCH and OUCH.
local function number(v, at)
  for index = at, at + 19 do
    local byte = v:u8(index)
    if not byte then return more end
    if byte ~= 0x20 and (byte < 0x30 or byte > 0x39) then return false end
  end
  return true
end
local function check(m)
  if m.server and m.server:u8(2) == 0x41 then return number(m.server, 13) end
  if m.client then return number(m.client, 29) end
  return false
end

protocol "soupbintcp" {
  title     = "Nasdaq SoupBinTCP (ITCH, OUCH)",
  reference = "Nasdaq SoupBinTCP 4.00",
  category  = "finance",
  dynamic   = true,                                              -- no registered port

  tcp { client = bytes "00 2F 4C", server = any { bytes "00 1F 41", starts "\0\2JA", starts "\0\2JS" },
        alone = { "client", "server" }, check = check },

  example { client = "\0\x2FLdemo  secret              " .. "                   1",
    server = "\0\x1FA  SESSION1                   1" },
  counterexample { client = "\0\x2FL" .. string.rep("x", 46), server = "\0\2+x" },
}
