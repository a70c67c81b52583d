-- Cyclic data of GE controllers: PDU type 13, version 1, a request id, the producer, an exchange, a time
-- stamp, a status, a configuration signature and four zero bytes (GE GFK-2224, chapter on Ethernet Global
-- Data).
local function message(v)
  local nanoseconds, status = v:u32le(16), v:u32le(20)
  return v:size() >= 32 and nanoseconds < 1000000000 and status <= 0xFF and v:u32le(28) == 0
end

protocol "ethernetglobaldata" {
  title     = "GE Ethernet Global Data",
  reference = "GE Fanuc GFK-2224, Ethernet Global Data",
  category  = "industrial",
  ports     = { "18246/udp" },

  udp { either = all { bytes "0D 01", at(28, bytes "00 00 00 00"), length(32, 1432) }, alone = { "client",
    "server" },
        check = function(m) return (not m.client or message(m.client)) and (not m.server
          or message(m.server)) end },

  example { client = hex "0D 01 01 00 C0 00 02 01 01 00 00 00 10 20 30 40 00 10 00 00 00 00 00 00 00 01" ..
    hex "00 00 00 00 00 00 2A" },
  counterexample { client = hex "0D 01 01 00 C0 00 02 01 01 00 00 00 10 20 30 40 00 10 00 FF 00 00 00" ..
    hex "00 00 01 00 00 00 00 00 00" },
}
