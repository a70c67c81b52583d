-- A command (1 asks, 2 answers), a version (1, 2), zero, then entries of 20 bytes: family 2 (or FFFF for
-- authentication), a tag, address, mask, next hop, metric 1 to 16 (RFC 2453 section 4).
local function message(v)
  local size = v:size()
  if size < 24 or size > 504 or (size - 4) % 20 ~= 0 then return false end
  local at = v:u16(4) == 0xFFFF and 24 or 4
  local family, metric = v:u16(at), v:u32(at + 16)
  if metric == nil then return true end
  return (family == 2 or family == 0) and metric >= 1 and metric <= 16
end

protocol "rip" {
  title     = "Routing Information Protocol",
  reference = "RFC 2453 section 4, RFC 1058",
  category  = "network",
  ports     = { "520/udp" },

  udp { either = any { bytes "01 01 00 00 00 0?", bytes "01 02 00 00 00 0?", bytes "02 01 00 00 00 02",
    bytes "02 02 00 00 00 02", bytes "02 02 00 00 FF FF" },
        alone = { "client", "server" }, check = function(m) return message(m.client or m.server) end },

  example { client = hex "02 02 00 00 00 02 00 00 C0 00 02 00 FF FF FF 00 00 00 00 00 00 00 00 01" },
  counterexample { client = hex "02 02 00 00 00 02 00 00 C0 00 02 00 FF FF FF 00 00 00 00 00 00 00 00 63" },
}
