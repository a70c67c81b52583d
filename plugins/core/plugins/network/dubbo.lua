-- DA BB, flags (80 request, 40 wants an answer, 20 event, and a serialization), a status (20 is OK), an id of
-- eight bytes that the answer repeats, a length (Apache Dubbo, dubbo protocol).
local function check(m)
  local a, b = m.client, m.server
  if not a then return true end
  local length = a:u32(12)
  if not length then return more end
  if length > 0x800000 then return false end
  if b then return b:u32(8) == nil and more or b:bytes(4, 8) == a:bytes(4, 8) end
  return true
end

protocol "dubbo" {
  title     = "Apache Dubbo RPC",
  reference = "Apache Dubbo documentation, dubbo protocol: header",
  category  = "network",
  ports     = { "20880/tcp" },
  alternates = { "20881-20890/tcp" },

  -- Serializations are small numbers (2 Hessian, 6 JSON, 21 protocol buffers); the first ids, too.
  tcp { client = bytes "DA BB [C0-FF] 00 ?? ?? ?? ?? ?? ?? ?? ?? 00",
      server = bytes "DA BB [00-3F] [14-64] ?? ?? ?? ?? ?? ?? ?? ?? 00",
    check = check },
  tcp { client = bytes "DA BB [C0-FF] 00 00 00 00 00 ?? ?? ?? ?? 00", server = bytes "DA BB", alone = "client",
    check = check },

  -- Hessian's strings: a length below 32 in one byte, a longer one in 30 to 33 and another byte.
  fields { client = [[(?sxJ) ^ .{16}
    (?: \x06 (?<protocol_version>2\.\d\.\d\d) | . (?<protocol_version>2\.\d\.\d) )
    (?: [\x00-\x1F] | [\x30-\x33]. ) (?<info>[a-zA-Z_$][\w.$]{3,100}) ]] },

  example {
    client = hex "DA BB C2 00 00 00 00 00 00 00 00 01 00 00 00 37"
      .. "\0052.0.2\x30\x21org.example.shop.api.OrderService\0050.0.0\4ping\0HZ",
    server = hex "DA BB 02 14 00 00 00 00 00 00 00 01 00 00 00 02 94 4E" },
  -- Other clients begin with ids of their own.
  example { client = hex "DA BB C2 00 11 22 33 44 00 00 00 01 00 00 00 10 05 32 2E 30 2E 32",
    server = hex "DA BB 02 14 11 22 33 44 00 00 00 01 00 00 00 02 94 4E" },
  example { client = hex "DA BB C2 00 00 00 00 00 00 00 00 01 00 00 00 10 05 32 2E 30 2E 32" },
  counterexample { client = hex "DA BB C2 00 00 00 00 00 00 00 00 01 00 00 00 10",
    server = hex "DA BB 02 14 00 00 00 00 00 00 00 02 00 00 00 02" },
}
