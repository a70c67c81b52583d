-- BACnet/IP: 81, a function, the length of the whole; then the network layer, version 1 (ASHRAE 135 annex
-- J.2, section 6.2).
local function message(v)
  local length = v:u16(2)
  if not length or length ~= v:size() then return false end
  local kind = v:u8(1)
  -- forwarded: the first sender's address comes before
  if kind == 4 then return v:u8(10) == 1 end
  if kind == 0x0A or kind == 0x0B or kind == 9 then return v:u8(4) == 1 end
  return kind <= 0x0C and length <= 130
end
local function check(m)
  return (not m.client or message(m.client)) and (not m.server or message(m.server))
end

protocol "bacnet" {
  title     = "BACnet over IP",
  reference = "ASHRAE 135 annex J.2 and section 6.2",
  category  = "industrial",
  ports     = { "47808/udp" },
  alternates = { "47809-47823/udp" },

  udp { either = bytes "81 0? 0? ??", alone = { "client", "server" }, check = check },

  example { client = hex "81 0B 00 0C 01 20 FF FF 00 FF 10 08" },
  counterexample { client = hex "81 0B 00 0D 01 20 FF FF 00 FF 10 08" },
}
