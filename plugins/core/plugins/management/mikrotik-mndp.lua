-- Two bytes, a sequence, then fields of type, length, value: 1 MAC, 5 identity, 7 version, 8 platform, 10
-- uptime, 11 software id, 12 board, 16 interface.  The MAC comes first, and they fill the datagram (MikroTik
-- neighbor discovery).
local function fields_of(v)
  local size, at, found = v:size(), 4, {}
  local names = { [5] = "hostname", [7] = "version", [8] = "product", [12] = "device" }
  while at < size do
    local kind, length = v:u16(at), v:u16(at + 2)
    if not length or kind < 1 or kind > 40 or at + 4 + length > size then return nil end
    if names[kind] and length > 0 then found[names[kind]] = v:bytes(at + 4, length) end
    at = at + 4 + length
  end
  return found
end

protocol "mikrotik-mndp" {
  title     = "MikroTik MNDP (Neighbor Discovery)",
  reference = "MikroTik documentation: Neighbor discovery; open MNDP implementations",
  category  = "management",
  ports     = { "5678/udp" },

  udp { either = all { at(4, bytes "00 01 00 06 ?? ?? ?? ?? ?? ?? 00 05 00 ??"), length(24, 1500) },
    alone = { "client", "server" }, check = function(m) return fields_of(m.client or m.server) ~= nil end },

  fields { client = function(m) return m.client and fields_of(m.client) end },

  example { client = hex "00 00 00 07 00 01 00 06 00 11 22 33 44 55 00 05 00 04" .. "rtr1"
    .. hex "00 07 00 04" .. "7.15",
    transport = "udp" },
  counterexample { client = hex "00 00 00 07 00 01 00 06 00 11 22 33 44 55 00 05 00 14" .. "rtr1",
    transport = "udp" },
}
