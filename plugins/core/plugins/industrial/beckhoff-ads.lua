-- AMS/TCP: two zero bytes, a length; the AMS header of 32 bytes: target and source (net id and port), a
-- command 1 to 9, flags (4 asks, 5 answers), a length, an error, an invocation; little end first (Beckhoff
-- TE1000, ADS protocol).
local function message(v, flag)
  local outer, inner = v:u32le(2), v:u32le(26)
  if not inner or outer ~= inner + 32 or outer > 0x100000 then return false end
  local command = v:u16le(22)
  return command >= 1 and command <= 9 and v:u16le(24) & 0xFF == flag
end
local function check(m)
  return (not m.client or message(m.client, 4)) and (not m.server or message(m.server, 5))
end

protocol "beckhoff-ads" {
  title     = "Beckhoff ADS (AMS/TCP)",
  reference = "Beckhoff TE1000, ADS protocol specification",
  category  = "industrial",
  ports     = { "48898/tcp", "48899/udp" },

  tcp { client = all { bytes "00 00 ?? ?? ?? 00", at(22, bytes "0? 00 04 00") },
        server = all { bytes "00 00 ?? ?? ?? 00", at(22, bytes "0? 00 05 00") },
        alone = { "client", "server" }, check = check },
  -- Discovery and routes: a number, 71146603, an invocation, a service (80000000 answers), little end first.
  udp { either = bytes "03 66 14 71 ?? ?? ?? ?? ?? 00 00 [00-80]", alone = { "client", "server" } },

  example { client = hex "00 00 20 00 00 00 C0 00 02 01 01 01 10 27 C0 00 02 02 01 01 00 80 01 00 04 00" ..
    hex "00 00 00 00" ..
      hex "00 00 00 00 01 00 00 00",
    server = hex "00 00 38 00 00 00 C0 00 02 02 01 01 00 80 C0 00 02 01 01 01 10 27 01 00 05 00" ..
      hex "18 00 00 00" ..
      hex "00 00 00 00 01 00 00 00 00 00 00 00 03 01", transport = "tcp" },
  example { client = hex "03 66 14 71 00 00 00 00 01 00 00 00 C0 00 02 02 01 01 10 27 00 00 00 00",
    transport = "udp" },
  counterexample { client = hex "00 00 20 00 00 00 C0 00 02 01 01 01 10 27 C0 00 02 02 01 01 00 80 01" ..
    hex "00 05 00 00 00 00 00",
    server = hex "00 00 20 00 00 00 C0 00 02 01 01 01 10 27 C0 00 02 02 01 01 00 80 01 00 05 00 00 00 00 00",
      transport = "tcp" },
}
