-- A preamble (0 plain, 1 DTLS), the header's length in words, a radio, a binding (1: 802.11); a control
-- message has a type, a sequence, a length and zero flags (RFC 5415 sections 4.1, 4.2, 4.3 and 4.5.1).
local function check(m)
  local v = m.client or m.server
  local at, size = (v:u8(1) >> 3) * 4, v:size()
  local kind, length = v:u32(at), v:u16(at + 5)
  if not length or at < 8 or at > 32 or v:u8(3) & 0x87 ~= 0 then return false end
  -- The length counts itself and the flags.  Types 1 to 26, and 802.11's under enterprise 13277 (33DD00).
  return (kind >= 1 and kind <= 26 or kind >> 8 == 0x33DD) and at + 5 + length <= size
    and size <= at + 5 + length + 4
    and v:u8(at + 7) == 0 and v:u32(4) & 0xFFFF0007 == 0
end

protocol "capwap" {
  title     = "Control and Provisioning of Wireless Access Points (CAPWAP)",
  reference = "RFC 5415 sections 4.1 to 4.5",
  category  = "network",
  ports     = { "5246/udp", "5247/udp" },

  -- 16 bytes at least: discovery and its answer are never encrypted.  Headers are 8, 16 or 24 bytes long.
  udp { client = all { bytes "00 [10-30] [02-03] ??", bytes "00 ?0", length(16, 1500) },
        server = all { bytes "00 [10-30] [02-03] ??", bytes "00 ?0", length(16, 1500) },
        alone = { "client", "server" }, check = check },
  udp { either = any { bytes "01 00 00 00 16 FE FF", bytes "01 00 00 00 16 FE FD",
    bytes "01 00 00 00 17 FE FF",
    bytes "01 00 00 00 17 FE FD" }, alone = { "client", "server" } },

  example { client = hex "00 10 02 00 00 00 00 00 00 00 00 01 00 00 08 00 00 14 00 01 01",
    transport = "udp" },
  example { client = hex "01 00 00 00 16 FE FF 00 00", transport = "udp" },
  counterexample { client = hex "00 10 02 00 00 00 00 00 00 00 00 40 00 00 08 00 00 14 00 01 01",
    transport = "udp" },
}
