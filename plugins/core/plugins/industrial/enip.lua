-- A header of 24 bytes, little end first: command, length, session, status, the sender's context, options, always zero
-- (CIP volume 2, section 2-3).
local function message(v)
  local length, status, options = v:u16le(2), v:u32le(8), v:u32le(20)
  if not options or options ~= 0 or status > 0x6A then return false end
  return v:size() >= 24 and length <= 1500 and (v:size() == 24 + length or v:size() > 24 + length
    and v:u8(24 + length + 1) == 0)
end
local function check(m)
  return (not m.client or message(m.client)) and (not m.server or message(m.server))
end

-- 65 registers, 66 ends, 63 asks who is there, 64 for interfaces, 04 for services, 6F and 70 send data.
local command = any { bytes "65 00 ?? 00", bytes "66 00 00 00", bytes "63 00 ?? 00", bytes "64 00 ?? 00",
  bytes "04 00 ?? 00", bytes "6F 00 ?? 0?", bytes "70 00 ?? 0?" }

protocol "enip" {
  title     = "EtherNet/IP",
  reference = "ODVA CIP volume 2, section 2-3",
  category  = "industrial",
  ports     = { "44818/tcp", "44818/udp", "2222/udp" },

  tcp { either = command, alone = { "client", "server" }, check = check },
  udp { either = command, alone = { "client", "server" }, check = check },

  example { client = hex "65 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00",
    server = hex "65 00 04 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00" },
  counterexample { client = hex "65 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00 01 00 00 00" },
}
