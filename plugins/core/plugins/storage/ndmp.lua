-- A record mark, then sequence, time, kind (0 request, 1 reply), message, reply's sequence, error.  The
-- server speaks first: NDMP_NOTIFY_CONNECTED (502) with a reason of 0 to 2 and the highest version
-- (draft-skardal-ndmp4, sections 2.3 and 3.2).
local hello = all { bytes "80 00 00 ?? 00 00 00 ??",
  at(12, bytes "00 00 00 00 00 00 05 02 00 00 00 00 00 00 00 00 00 00 00 [00-02] 00 00 00 0?") }

protocol "ndmp" {
  title     = "Network Data Management Protocol",
  reference = "draft-skardal-ndmp4-04 sections 2.3 and 3.2.2",
  category  = "storage",
  ports     = { "10000/tcp" },

  tcp { server = hello, alone = "server" },

  fields { server = function(m)
    local v = m.server and m.server:u32(32)
    return { protocol_version = v and string.format("%d", v) }
  end },

  example { server = hex "80 00 00 24 00 00 00 01 5F 00 00 00 00 00 00 00 00 00 05 02 00 00 00 00 00 00 00 00"
    .. hex "00 00 00 00 00 00 00 04 00 00 00 00" },
  counterexample {
    server = hex "80 00 00 18 11 22 33 44 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00" },
}
