-- An EtherCAT frame in UDP: a header of 11 bits of length and type 1, then datagrams of 10 bytes of header,
-- data and a working counter, each saying whether another follows (IEC 61158-4-12; ETG.1000.4 section 5.3).
local function frame(v)
  local size = v:size()
  if v:u16le(0) & 0x7FF ~= size - 2 and size > 46 then return false end
  local stop, at = 2 + (v:u16le(0) & 0x7FF), 2
  if stop > size or stop < 14 then return false end
  for _ = 1, 100 do
    local command, length = v:u8(at), v:u16le(at + 6)
    if not length or command > 14 or length & 0x3800 ~= 0 then return false end
    at = at + 12 + (length & 0x7FF)
    if length & 0x8000 == 0 then return at == stop end
  end
  return false
end

protocol "ethercat" {
  title     = "EtherCAT over UDP",
  reference = "ETG.1000.4 section 5.3, IEC 61158-4-12",
  category  = "industrial",
  ports     = { "34980/udp" },

  -- Type 1, a command up to 14, no interrupt (the two zero bytes).
  udp { either = bytes "?? [10-17] [00-0E] ?? ?? ?? ?? ?? ?? ?? 00 00", alone = { "client", "server" },
        check = function(m) return (not m.client or frame(m.client)) and (not m.server
          or frame(m.server)) end },

  example { client = hex "0E 10 07 00 00 00 30 01 02 00 00 00 00 00 00 00", transport = "udp" },
  counterexample { client = hex "0E 10 07 00 00 00 30 01 03 00 00 00 00 00 00 00", transport = "udp" },
}
