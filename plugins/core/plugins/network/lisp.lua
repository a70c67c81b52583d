-- Control messages begin with a type: 1 map request, 2 reply, 3 register, 4 notify, 8 encapsulated.  A
-- register has a count, a nonce, a key, an authentication of 20 or 32 bytes and records; an encapsulated one
-- holds an IP packet to port 4342 (RFC 9301 sections 5.2 to 5.8).  The data plane says too little about
-- itself.
local function register(v)
  local length = v:u16(14)
  local at = 16 + length
  local ttl, bits, family = v:u32(at), v:u8(at + 5), v:u16(at + 10)
  return family ~= nil and v:u8(3) >= 1 and ttl < 0x00100000 and bits <= 128
    and (family == 1 or family == 2 or family == 6 or family == 16387)
end

local function encapsulated(v)
  local at = v:u8(4) >> 4 == 4 and 24 or 44
  local inner = v:u8(at + 8)
  return v:u8(at == 24 and 13 or 10) == 17 and v:u16(at + 2) == 4342 and inner ~= nil and inner >> 4 == 1
end

local function both(check) return function(m) return check(m.client or m.server) end end

protocol "lisp" {
  title     = "Locator/ID Separation Protocol (control)",
  reference = "RFC 9301 sections 5.2 to 5.8",
  category  = "network",
  ports     = { "4342/udp" },

  udp { either = all { any { bytes "3? ?? ??", bytes "4? ?? ??" }, any { at(12, bytes "00 01 00 14"),
    at(12, bytes "00 02 00 20"), at(12, bytes "?? 01 00 14"), at(12, bytes "?? 02 00 20") } },
    alone = { "client", "server" }, check = both(register) },
  udp { either = all { any { bytes "8? 00 00 00 45", bytes "8? 00 00 00 6?" }, length(60, 1500) },
    alone = { "client", "server" }, check = both(encapsulated) },
  -- A reply repeats the request's nonce of 8 bytes.
  udp { client = bytes "1? ?? ?? ??", server = bytes "2? 00 00 ??",
    check = function(m) return m.client:u32(4) ~= 0 and m.client:bytes(4, 8) == m.server:bytes(4, 8) end },

  example { transport = "udp", client = hex "30 00 01 01 01 02 03 04 05 06 07 08 00 01 00 14"
    .. string.rep("\xA5", 20)
    .. hex "00 00 05 A0 01 18 10 00 00 00 00 01 C0 00 02 00" },
  example { transport = "udp",
    client = hex "80 00 00 00 45 00 00 40 00 00 00 00 40 11 00 00 C0 00 02 01 C0 00 02 02"
    .. hex "10 F6 10 F6 00 2C 00 00 10 00 00 01 01 02 03 04 05 06 07 08" .. string.rep("\0", 24) },
  example { transport = "udp", client = hex "10 00 00 01 01 02 03 04 05 06 07 08 00 01 C0 00 02 01",
    server = hex "20 00 00 01 01 02 03 04 05 06 07 08 00 00 05 A0" },
  counterexample { transport = "udp", client = hex "10 00 00 01 01 02 03 04 05 06 07 08 00 01 C0 00 02 01",
    server = hex "20 00 00 01 01 02 03 04 05 06 07 09 00 00 05 A0" },
}
