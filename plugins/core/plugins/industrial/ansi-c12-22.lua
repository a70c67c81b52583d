-- An ACSE message, 60, of elements with BER lengths: called title A2, calling title A6, an invocation A8,
-- and last the user information BE { 28 { 81 { EPSEM } } } (ANSI C12.22-2012 section 5.3.4).
local known = { [0xA1] = true, [0xA2] = true, [0xA4] = true, [0xA6] = true, [0xA7] = true, [0xA8] = true,
  [0x8B] = true, [0xAC] = true, [0xBE] = true }

-- The length at `at` and where the content begins.
local function long(v, at)
  local first = v:u8(at)
  if not first then return nil end
  if first < 0x80 then return first, at + 1 end
  if first == 0x81 then return v:u8(at + 1), at + 2 end
  if first == 0x82 then return v:u16(at + 1), at + 3 end
  return nil
end

local function message(v)
  local length, at = long(v, 1)
  if not length or at + length > v:size() then return false end
  local stop = at + length
  for _ = 1, 9 do
    local tag = v:u8(at)
    if not tag or not known[tag] then return false end
    local size, content = long(v, at + 1)
    if not size then return false end
    if tag == 0xBE then
      local _, inner = long(v, content + 1)
      return content + size == stop and v:u8(content) == 0x28 and inner ~= nil and v:u8(inner) == 0x81
    end
    at = content + size
  end
  return false
end
local function check(m)
  return (not m.client or message(m.client)) and (not m.server or message(m.server))
end
-- Titles are object identifiers, whole (06) or relative (80, 0D); an invocation is an integer.
local acse = any { bytes "60 ?? A2 ?? 06 ??", bytes "60 ?? A2 ?? 80 ??", bytes "60 ?? A2 ?? 0D ??",
  bytes "60 ?? A6 ?? 06 ??",
  bytes "60 ?? A6 ?? 80 ??", bytes "60 ?? A6 ?? 0D ??", bytes "60 ?? A8 0? 02 0?",
  bytes "60 81 ?? A2 ?? 06", bytes "60 81 ?? A2 ?? 80", bytes "60 81 ?? A2 ?? 0D", bytes "60 81 ?? A6 ?? 06",
  bytes "60 81 ?? A6 ?? 80", bytes "60 81 ?? A6 ?? 0D" }

protocol "ansi-c12-22" {
  title     = "ANSI C12.22 metering",
  reference = "ANSI C12.22-2012 section 5.3.4, RFC 6142",
  category  = "industrial",
  ports     = { "1153/tcp", "1153/udp" },

  tcp { either = acse, alone = { "client", "server" }, check = check },
  udp { either = acse, alone = { "client", "server" }, check = check },

  -- Who are you (20)?  C12.22 (03), version 1.0.
  example { client = hex "60 1C A2 05 80 03 7B 01 02 A6 05 80 03 7B 01 03 A8 03 02 01 05" ..
      hex "BE 07 28 05 81 03 80 01 20",
    transport = "udp" },
  example { client = hex "60 1C A2 05 80 03 7B 01 02 A6 05 80 03 7B 01 03 A8 03 02 01 05" ..
      hex "BE 07 28 05 81 03 80 01 20",
    server = hex "60 25 A2 05 80 03 7B 01 03 A4 03 02 01 05 A6 05 80 03 7B 01 02 A8 03 02 01 09" ..
      hex "BE 0B 28 09 81 07 80 05 00 03 01 00 00", transport = "tcp" },
  counterexample { client = hex "60 1D A1 09 06 07 60 85 74 05 08 01 01 BE 10 04 0E 01 00 00 00 06 5F" ..
    hex "1F 04 00 00 7E 1F 04 B0",
    transport = "udp" },
}
