-- A version (1, 2), a command, the length of the rest, then fields of type, length, value: 1 MAC, 2 MAC and
-- IP, 3 firmware, 0A uptime, 0B host name, 0C platform, 14 and 15 model.  01 00 00 00 asks (described by
-- several open implementations).
local function fields_of(v)
  local size, at, found, count = v:size(), 4, {}, 0
  if v:u16(2) + 4 ~= size then return nil end
  local names = { [0x03] = "version", [0x0B] = "hostname", [0x0C] = "device", [0x14] = "info" }
  while at < size do
    local kind, length = v:u8(at), v:u16(at + 1)
    if not length or at + 3 + length > size then return nil end
    if kind == 1 and length ~= 6 or kind == 2 and length ~= 10 then return nil end
    if kind == 1 or kind == 2 then count = count + 1 end
    if names[kind] then found[names[kind]] = v:bytes(at + 3, length) end
    at = at + 3 + length
    if at > 1900 then break end
  end
  return count > 0 and found or nil
end

local function check(m)
  return not m.server or fields_of(m.server) ~= nil
end

protocol "ubiquiti-discovery" {
  title     = "Ubiquiti discovery",
  reference = "python-ubnt-discovery: protocol description",
  category  = "management",
  ports     = { "10001/udp" },

  udp { client = any { all { bytes "01 00 00 00", length(4) }, all { bytes "02 ?? 00 00", length(4) } },
    server = any { bytes "01 00 ?? ?? ?? 00", bytes "02 0? ?? ?? ?? 00" }, check = check },
  -- Announcements to everybody: a MAC (with an IP) comes first.
  udp { either = any { bytes "01 0? 0? ?? 01 00 06", bytes "01 0? 0? ?? 02 00 0A",
    bytes "02 0? 0? ?? 01 00 06",
    bytes "02 0? 0? ?? 02 00 0A" }, alone = { "client", "server" },
    check = function(m) return fields_of(m.client or m.server) ~= nil end },

  fields {
    server = function(m) return m.server and fields_of(m.server) end,
    client = function(m) return m.client and m.client:size() > 4 and fields_of(m.client) or nil end,
  },

  example { client = hex "01 00 00 00", server = hex "01 00 00 10 01 00 06 00 11 22 33 44 55 0B 00 04"
    .. "air1",
    transport = "udp" },
  example { client = hex "02 06 00 14 02 00 0A 00 11 22 33 44 55 C0 00 02 01 0B 00 04" .. "air1",
    transport = "udp" },
  counterexample { client = hex "01 00 00 00", server = hex "01 00 00 11 01 00 06 00 11 22 33 44 55 0B 00 04"
    .. "air1",
    transport = "udp" },
}
