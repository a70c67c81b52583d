-- Seven bytes: a transaction, protocol 0, the length of the rest, a unit; then a function.  The answer repeats transaction
-- and function, or sets the function's top bit (Modbus Messaging on TCP/IP 1.0b, section 3.1.3).
-- The public functions, 43 (device identification) and 90 (Schneider's own).
local functions = {
  [1] = true, [2] = true, [3] = true, [4] = true, [5] = true, [6] = true, [7] = true, [8] = true, [11] = true, [12] = true,
  [15] = true, [16] = true, [17] = true, [20] = true, [21] = true, [22] = true, [23] = true, [24] = true, [43] = true,
    [90] = true,
}

-- Messages follow each other without a gap, each with protocol 0.
local function chain(v)
  local at = 0
  for _ = 1, 4 do
    local length, code = v:u16(at + 4), v:u8(at + 7)
    if not code then return at > 0 and more or false end
    if v:u16(at + 2) ~= 0 or length < 2 or length > 254 or not functions[code & 0x7F] then return false end
    at = at + 6 + length
    if at >= v:size() then return true end
  end
  return true
end

-- A request alone: the plain reads and writes, with lengths and counts as specified.
local function plain(v)
  local code, count = v:u8(7), v:u16(10)
  if not count or v:size() % 12 ~= 0 or v:u16(4) ~= 6 then return false end
  return code <= 2 and count >= 1 and count <= 2000 or (code == 3 or code == 4) and count >= 1 and count <= 125
    or code == 5 and (count == 0 or count == 0xFF00) or code == 6
end

local function check(m)
  if not m.server then return plain(m.client) end
  local ask, answer = m.client, m.server
  if ask:u8(7) == nil or answer:u8(7) == nil then return more end
  if ask:u8(7) > 127 or not chain(ask) or not chain(answer) then return false end
  return ask:u16(0) ~= answer:u16(0) or answer:u8(7) & 0x7F == ask:u8(7)
end

protocol "modbus" {
  title     = "Modbus/TCP",
  reference = "Modbus Messaging on TCP/IP Implementation Guide 1.0b section 3.1.3",
  category  = "industrial",
  ports     = { "502/tcp" },
  alternates = { "503/tcp", "1502/tcp" },

  tcp { client = bytes "?? ?? 00 00 00 ??", server = bytes "?? ?? 00 00 00 ??", alone = "client", check = check },

  example { client = hex "00 01 00 00 00 06 01 03 00 00 00 0A", server = hex "00 01 00 00 00 05 01 03 02 00 01" },
  counterexample { client = hex "00 01 00 00 00 06 01 03 00 00 00 0A", server = hex "00 01 00 00 00 05 01 04 02 00 01" },
  counterexample { client = hex "00 00 00 08 04 D2 16 2F", server = "N" },
}
