-- The packet's length, version 1, a type, the size of an extended header, flags, vendor, session, sequence,
-- time stamp (EIA-852, CTA-852 section 8).  Control networks (LonTalk) travel inside.
local function check(m)
  return (not m.client or m.client:u16(0) == m.client:size())
    and (not m.server or m.server:u16(0) == m.server:size())
end

protocol "cnp-ip" {
  title     = "Component network over IP (LonTalk)",
  reference = "ANSI/CTA-852 (EIA-852), packet header",
  category  = "industrial",
  ports     = { "1628/udp", "1629/udp" },

  -- Type 1 is data, 3 to 8 and 60 to 7F manage the channel; the extended header is empty and the vendor is
  -- nobody.
  udp { either = all { any { bytes "0? ?? 01 [01-08] 00 [00-3F] 00 00",
    bytes "0? ?? 01 [60-7F] 00 [00-3F] 00 00" },
        length(20, 1472) }, alone = { "client", "server" }, check = check },

  example { client = hex "00 18 01 01 00 00 00 00 12 34 56 78 00 00 00 01 00 00 00 00 00 09 01 01",
    transport = "udp" },
  counterexample { client = hex "00 19 01 01 00 00 00 00 12 34 56 78 00 00 00 01 00 00 00 00 00 09 01 01",
    transport = "udp" },
}
