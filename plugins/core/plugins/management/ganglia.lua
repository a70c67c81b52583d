-- XDR: a packet id (128 metadata, 129 to 135 a value of some type, 136 asks), the host's and the metric's
-- names as counted strings, padded to four bytes, and whether the host is spoofed (Ganglia 3.1
-- gm_protocol.x).  gmond's TCP port answers at once with XML.
local function text(v, at)
  local length = v:u32(at)
  if not length or length < 1 or length > 128 then return nil end
  for i = at + 4, at + 3 + length do
    local letter = v:u8(i)
    if not letter or letter < 0x20 or letter > 0x7E then return nil end
  end
  return at + 4 + (length + 3) // 4 * 4
end

local function check(m)
  local v = m.client
  local at = text(v, 4)
  at = at and text(v, at)
  return at ~= nil and v:u32(at) ~= nil and v:u32(at) <= 1
end

protocol "ganglia" {
  title     = "Ganglia monitoring daemon",
  reference = "Ganglia 3.1: gm_protocol.x; gmond XML port",
  category  = "management",
  ports     = { "8649/udp", "8649/tcp" },

  udp { client = bytes "00 00 00 [80-88] 00 00 00 ?? [20-7e]", alone = "client", check = check },
  tcp { server = all { starts "<?xml", contains "<!DOCTYPE GANGLIA_XML" }, alone = "server" },

  fields { client = function(m)
    local v = m.client
    return v and v:size() > 8 and v:u32(0) < 256 and { hostname = v:bytes(8, v:u32(4)) } or nil
  end },

  example { client = hex "00000085 00000004" .. "web1" .. hex "00000008" .. "load_one" .. hex "00000000"
    .. hex "00000002" .. "%s\0\0", transport = "udp" },
  example { server = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<!DOCTYPE GANGLIA_XML [",
    transport = "tcp" },
  counterexample { client = hex "00000085 00000004" .. "web1" .. hex "0000FFFF" .. "load_one",
    transport = "udp" },
}
