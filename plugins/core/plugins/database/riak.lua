-- A length, a message code; the answer's code is the request's plus one (Riak protocol buffers API).  Pings
-- (1 and 2) look like BitTorrent's messages and so never decide: only server information (7, 8) and reads (9,
-- 10) and writes (11, 12) do.
local function frame(v)
  local length = v:u32(0)
  return length <= 0x100000 and (length + 4 == v:size() or length + 4 > v:size() and length > 1000)
end

local function check(m)
  return frame(m.client) and m.server:u32(0) <= 0x4000000
end

protocol "riak" {
  title     = "Riak (protocol buffers)",
  reference = "Riak KV documentation, protocol buffers client API",
  category  = "database",
  ports     = { "8087/tcp" },
  alternates = { "8187/tcp" },

  tcp { client = bytes "00 00 00 01 07", server = bytes "00 00 00 ?? 08 0A" },
  -- A read or a write begins with field 1, the bucket, as a string.
  tcp { client = bytes "00 00 ?? ?? 09 0A", server = any { bytes "00 00 00 01 0A",
      bytes "00 ?? ?? ?? 0A 0A" },
    check = check },
  tcp { client = bytes "00 ?? ?? ?? 0B 0A", server = any { bytes "00 00 00 01 0C",
      bytes "00 ?? ?? ?? 0C 0A" },
    check = check },

  example { client = hex "00 00 00 01 07", server = hex "00 00 00 0C 08 0A 04 6E 6F 64 65 12 03 32 2E 39" },
  example { client = hex "00 00 00 07 09 0A 01 62 12 01 6B", server = hex "00 00 00 01 0A" },
  example { client = hex "00 00 00 0C 0B 0A 01 62 12 01 6B 22 03 0A 01 76", server = hex "00 00 00 01 0C" },
  counterexample { client = hex "00 00 00 01 01", server = hex "00 00 00 01 02" },
}
