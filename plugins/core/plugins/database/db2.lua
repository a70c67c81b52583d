-- Each DSS: a length, D0, a format, a correlation id; in it a DDM object: its length, its code point.  A
-- client opens with EXCSAT (1041), the server answers EXCSATRD (1443) or an error (DDM architecture, sections
-- DSS and EXCSAT).
local function dss(v)
  local outer, inner = v:u16(0), v:u16(6)
  if not inner then return more end
  return inner >= 4 and outer == inner + 6
end

local function check(m)
  local a, b = not m.client or dss(m.client), not m.server or dss(m.server)
  if a == true and b == true then return true end
  return a and b and more or false
end

-- Names stand in EBCDIC; only letters, digits and a few marks are needed.
local marks = { [0x40] = " ", [0x4B] = ".", [0x60] = "-", [0x61] = "/", [0x6D] = "_" }
local function ebcdic(b)
  local digit = b & 15
  if digit > 9 then return marks[b] or "" end
  if b >= 0xF0 then return string.char(0x30 + digit) end
  if digit == 0 then return marks[b] or "" end
  if b >= 0xE2 then return string.char(0x53 + digit - 2) end
  if b >= 0xD1 and b < 0xE0 then return string.char(0x4A + digit - 1) end
  if b >= 0xC1 and b < 0xD0 then return string.char(0x41 + digit - 1) end
  if b >= 0xA2 and b < 0xB0 then return string.char(0x73 + digit - 2) end
  if b >= 0x91 and b < 0xA0 then return string.char(0x6A + digit - 1) end
  if b >= 0x81 and b < 0x90 then return string.char(0x61 + digit - 1) end
  return marks[b] or ""
end

-- Walks the parameters of the first object: 1147 server class, 115A release, 116D server name.
local names = { [0x1147] = "product", [0x115A] = "version", [0x116D] = "hostname" }
local function parameters(v)
  local found, at, stop = {}, 10, v:u16(0)
  for _ = 1, 12 do
    local size, code = v:u16(at), v:u16(at + 2)
    if not code or size < 4 or at + size > stop then break end
    local text = names[code] and v:bytes(at + 4, size - 4)
    if text and #text <= 64 then
      local out = ""
      for i = 1, #text do out = out .. ebcdic(string.byte(text, i)) end
      if #out == #text then found[names[code]] = out end
    end
    at = at + size
  end
  return found
end

protocol "db2" {
  title     = "DRDA (IBM Db2, Apache Derby)",
  reference = "The Open Group, DRDA volume 3: Distributed Data Management architecture (DSS, EXCSAT)",
  category  = "database",
  ports     = { "446/tcp", "50000/tcp" },
  alternates = { "447-448/tcp", "523/tcp", "1527/tcp", "50001-50010/tcp", "60000/tcp" },

  -- Formats: request 01, chained 41 or 51; reply 02 or 03, chained 42, 43, 52, 53.
  tcp { client = bytes "?? ?? D0 ?1 ?? ?? ?? ?? 10 41",
      server = bytes "?? ?? D0 [02-53] ?? ?? ?? ?? [12-22] ??",
    alone = "client", check = check },
  tcp { server = bytes "?? ?? D0 [02-53] ?? ?? ?? ?? 14 43", alone = "server", check = check },

  fields { server = function(m) return m.server and parameters(m.server) end },

  example { client = hex "00 16 D0 41 00 01 00 10 10 41 00 0C 11 6D C4 C5 D4 D6 C8 D6 E2 E3",
    server = hex "00 16 D0 43 00 01 00 10 14 43 00 0C 11 47 D8 C4 C2 F2 61 D5 E3 40" },
  -- The server's name for itself, QDB2/LINUXX8664, and its release, SQL11055.
  example { server = hex "00 29 D0 43 00 01 00 23 14 43 \z
    00 13 11 47 D8 C4 C2 F2 61 D3 C9 D5 E4 E7 E7 F8 F6 F6 F4 00 0C 11 5A E2 D8 D3 F1 F1 F0 F5 F5" },
  counterexample { client = hex "00 16 D0 41 00 01 00 11 10 41 00 0C 11 6D C4 C5",
    server = hex "00 0F D0 43 00 01 00 09 14 43" },
}
