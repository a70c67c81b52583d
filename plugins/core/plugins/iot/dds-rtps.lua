-- "RTPS", version 1 or 2, the maker, a prefix of 12 bytes, then submessages (OMG DDSI-RTPS 2.5 section
-- 9.4.4).
local makers = { [0x0101] = "RTI Connext", [0x0102] = "ADLink OpenSplice", [0x0103] = "OpenDDS",
  [0x0106] = "TwinOaks CoreDX",
  [0x010F] = "eProsima Fast DDS", [0x0110] = "Eclipse Cyclone DDS", [0x0111] = "GurumNetworks",
    [0x0112] = "RustDDS" }
local function maker(v) return v and makers[v:u16(6)] end

protocol "dds-rtps" {
  title     = "Data Distribution Service (DDS-RTPS)",
  reference = "OMG DDSI-RTPS 2.5 section 9.4.4",
  category  = "iot",
  ports     = { "7400-7500/udp" },

  udp { either = any { bytes "52 54 50 53 01 0? ?? ??", bytes "52 54 50 53 02 0? ?? ??" },
    alone = { "client", "server" } },

  fields {
    either = function(m)
      local v = m.server or m.client
      return { product = maker(v), protocol_version = string.format("%d.%d", v:u8(4), v:u8(5)) }
    end,
    client = function(m) return { software = maker(m.client) } end,
  },

  example { client = "RTPS\x02\x03\x01\x0F" .. string.rep("\1", 12) ..
    hex "09 01 08 00 00 00 00 00 00 00 00 00", transport = "udp" },
  counterexample { client = "RTPS demo", transport = "udp" },
}
