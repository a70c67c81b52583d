-- An ISO connection request with calling and called selectors (C1, C2), then data (F0) that begins with 32,
-- Siemens' protocol id, and a message type (ISO 8073 over RFC 1006; S7 itself is not published).  RDP uses
-- the same transport with a cookie.
local function check(m)
  local v = m.client
  if not v then return true end
  if v:u8(5) ~= 0xE0 then return true end
  -- The request must hold both selectors, and the first data, if seen, must be S7's.
  local after = v:u16(2)
  local data = v:u8(after + 7)
  if not v:find(11, "\xC1") or not v:find(11, "\xC2") then return false end
  if not data then return m.server ~= nil and more or false end
  return v:u8(after + 5) == 0xF0 and data == 0x32
end

-- 32 01: job, 02 and 03: acknowledgement, 07: user data.
local data = any { bytes "03 00 ?? ?? 02 F0 80 32 0?", bytes "03 00 ?? ?? 02 F0 00 32 0?" }

protocol "s7comm" {
  title     = "Siemens S7 communication",
  reference = "RFC 1006, ISO 8073; observed protocol id 32",
  category  = "industrial",
  ports     = { "102/tcp" },

  tcp { client = bytes "03 00 00 ?? ?? E0 00 00 ?? ?? 0?", server = bytes "03 00 00 ?? ?? D0",
    check = check },
  tcp { either = data, alone = { "client", "server" } },

  example {
    client = hex "03 00 00 16 11 E0 00 00 00 01 00 C1 02 01 00 C2 02 01 02 C0 01 0A 03 00 00 19 02 F0" ..
      hex "80 32 01 00 00",
    server = hex "03 00 00 16 11 D0 00 01 00 02 00 C0 01 0A C1 02 01 00 C2 02 01 02",
  },
  -- Joined midway: communication is set up, for blocks of 480 bytes, and 240 are agreed on.
  example { client = hex "03 00 00 19 02 F0 80 32 01 00 00 00 01 00 08 00 00" ..
      hex "F0 00 00 01 00 01 01 E0",
    server = hex "03 00 00 1B 02 F0 80 32 03 00 00 00 01 00 08 00 00 00 00" ..
      hex "F0 00 00 01 00 01 00 F0" },
  counterexample { client = hex "03 00 00 13 0E E0 00 00 00 00 00 01 00 08 00 03 00 00 00",
    server = hex "03 00 00 13 0E D0 00 00 12 34 00 02 00 08 00 02 00 00 00" },
}
