-- Version 2: a function, a length of three bytes, flags, ..., a language tag (RFC 2608 section 8).  Version
-- 1: a function, a length of two bytes, flags, dialect, a language of two letters, an encoding (RFC 2165
-- section 4).
local function message(v)
  if v:u8(0) == 2 then
    local language = v:u16(12)
    local letter = v:u8(14)
    return v:u24(2) == v:size() and language ~= nil and language >= 1 and language < 20 and letter ~= nil
      and letter >= 0x41 and letter <= 0x7A
  end
  local letter = v:u8(6)
  return v:u16(2) == v:size() and v:u8(5) == 0 and letter ~= nil and letter >= 0x61 and letter <= 0x7A
end
local function check(m)
  return (not m.client or message(m.client)) and (not m.server or message(m.server))
end

protocol "slp" {
  title     = "Service Location Protocol",
  reference = "RFC 2608 section 8, RFC 2165 section 4",
  category  = "network",
  ports     = { "427/udp", "427/tcp" },

  -- Functions 1 to 11.
  udp { either = any { bytes "02 0? 00 ?? ?? ?? 00 00", bytes "01 0? ?? ?? ?? 00 6? ?? 00" },
    alone = { "client",
    "server" }, check = check },

  example { client = hex "02 01 00 00 12 20 00 00 00 00 12 34 00 02 65 6E 00 00" },
  counterexample { client = hex "02 01 00 00 13 20 00 00 00 00 12 34 00 02 65 6E 00 00" },
}
