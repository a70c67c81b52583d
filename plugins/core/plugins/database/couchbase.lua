-- Memcached's binary header with Couchbase's own operations: HELLO (1F), list and start of SASL (20, 21),
-- choosing a bucket (89), cluster map (B5), error map (FE).  The answer repeats operation and opaque.
local function check(m)
  local a, b = m.client, m.server
  local key, extra, body = a:u16(2), a:u8(4), a:u32(8)
  if not body then return more end
  if body < key + extra or body > 0x100000 then return false end
  if not b then return a:starts(24, '{"a":"') end
  if not b:u32(12) then return more end
  return a:u8(1) == b:u8(1) and a:u32(12) == b:u32(12)
end

protocol "couchbase" {
  title     = "Couchbase (memcached binary protocol)",
  reference = "Couchbase kv_engine docs/BinaryProtocol.md",
  category  = "database",
  ports     = { "11210/tcp" },
  alternates = { "11207/tcp", "11209/tcp" },

  -- A HELLO names the agent as its key, as an object of JSON or as words.
  tcp { client = bytes "80 1F 00 ?? 00 00 00 00", server = bytes "81 1F ?? ?? 00 ?? 00 ??",
    alone = "client", check = check },
  tcp { client = any { bytes "80 89 00 ?? 00 00 00 00", bytes "80 B5 00 00 00 00 00 00",
      bytes "80 FE 00 00 02 00 00 00" },
    server = bytes "81 [89-FE] ?? ?? ?? ?? 00 ??", check = check },

  fields { client = [[^\x80\x1f.{22}(?s)(?:\{"a":")?(?<software>[\x20\x21\x23-\x7e]{3,80})]] },

  example { client = hex "80 1F 00 0C 00 00 00 00 00 00 00 0E 00 00 00 01 00 00 00 00 00 00 00 00" ..
      '{"a":"demo"}' .. "\0\1",
    server = hex "81 1F 00 00 00 00 00 00 00 00 00 02 00 00 00 01 00 00 00 00 00 00 00 00 00 01" },
  example { client = hex "80 1F 00 0C 00 00 00 00 00 00 00 0E 00 00 00 01 00 00 00 00 00 00 00 00" ..
      '{"a":"demo"}' .. "\0\1" },
  example { client = hex "80 B5 00 00 00 00 00 00 00 00 00 00 00 00 00 07 00 00 00 00 00 00 00 00",
    server = hex "81 B5 00 00 00 00 00 00 00 00 00 02 00 00 00 07 00 00 00 00 00 00 00 00 7B 7D" },
  counterexample { client = hex "80 0B 00 00 00 00 00 00 00 00 00 00 00 00 00 07 00 00 00 00 00 00 00 00",
    server = hex "81 0B 00 00 00 00 00 00 00 00 00 05 00 00 00 07 00 00 00 00 00 00 00 00 31 2E 36 2E 30" },
}
