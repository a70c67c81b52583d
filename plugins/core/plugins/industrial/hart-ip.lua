-- Version 1, a message type (0 asks, 1 answers, 2 publishes, 15 refuses), an id (0 opens, 1 closes, 2 keeps
-- alive, 3 passes on), a status, a sequence number, the length of the whole (HART-IP, HCF-SPEC-085).
local function message(v)
  local length, id, delimiter = v:u16(6), v:u8(2), v:u8(8)
  -- Opening carries five bytes, keeping alive none; what is passed on begins with its kind: 1 published, 2
  -- asked, 6 answered, perhaps with a long address.
  if id == 0 and length ~= 13 and length ~= 8 or id == 2 and length ~= 8 then return false end
  if id == 3 and delimiter and delimiter & 7 ~= 1 and delimiter & 7 ~= 2
    and delimiter & 7 ~= 6 then return false end
  return length ~= nil and length >= 8 and length <= 300 and (v:size() == length or v:size() > length
    and v:u8(length) == 1)
end
local function check(m)
  return (not m.client or message(m.client)) and (not m.server or message(m.server))
end

local ask = any { bytes "01 00 00 00 ?? ?? 00", bytes "01 00 03 00 ?? ?? 00", bytes "01 00 02 00 ?? ?? 00" }
local answer = any { bytes "01 01 00 ?? ?? ?? 00", bytes "01 01 03 ?? ?? ?? 00", bytes "01 01 02 ?? ?? ?? 00",
  bytes "01 02 03 ?? ?? ?? 00" }

protocol "hart-ip" {
  title     = "HART-IP",
  reference = "HCF-SPEC-085, HART-IP message header",
  category  = "industrial",
  ports     = { "5094/tcp", "5094/udp" },

  tcp { client = ask, server = answer, alone = { "client", "server" }, check = check },
  udp { client = ask, server = answer, alone = { "client", "server" }, check = check },

  example { client = hex "01 00 00 00 00 02 00 0D 01 00 00 75 30",
    server = hex "01 01 00 00 00 02 00 0D 01 00 00 75 30", transport = "tcp" },
  -- Passed on: command 0, who are you?
  example { client = hex "01 00 03 00 00 03 00 0D 02 80 00 00 82",
    server = hex "01 01 03 00 00 03 00 1B 06 80 00 0E 00 00 FE 26 06 05 05 05 01 08 00 01 02 03 27",
    transport = "udp" },
  counterexample { client = hex "01 00 00 00 00 02 00 FF 01 00 00 75 30", transport = "udp" },
}
