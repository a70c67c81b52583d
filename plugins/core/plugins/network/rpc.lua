-- A call: id, 0, RPC version 2, program, version, procedure, then a credential and a verifier.  A reply: id,
-- 1, accepted or denied (RFC 5531 section 9).  Over TCP a record mark of four bytes comes first (section 11).

-- Programs are assigned up to 0x1FFFFFFF (the well-known ones from 100000), by users to 0x3FFFFFFF and at run
-- time to 0x5FFFFFFF.  Kerberos is administered by program 2112.  100003 is NFS, a protocol of its own here.
local function call(v, base)
  local program, version, procedure, flavour = v:u32(base + 12), v:u32(base + 16), v:u32(base + 20),
    v:u32(base + 24)
  if not flavour or program == 100003 or version > 100 or procedure > 1000 then return false end
  if not (program == 2112 or program >= 100000 and program < 400000 or program >= 0x20000000
    and program < 0x60000000) then return false end
  return flavour <= 6 or flavour == 300000 or flavour >= 390000 and flavour <= 390020
end

local function answers(m, base)
  if not call(m.client, base) then return false end
  if not m.server then return true end
  local state = m.server:u32(base + 8)
  return state ~= nil and state <= 1 and m.server:u32(base + 4) == 1
end

local function datagrams(m) return answers(m, 0) end
local function stream(m) return answers(m, 4) end

protocol "rpc" {
  title     = "ONC RPC (portmap, mount, NLM, ...)",
  reference = "RFC 5531 sections 9 and 11",
  category  = "network",
  also      = { "rpcbind", "sunrpc", "rpc-portmapper", "portmap", "portmapper" },
  -- All programs but the port mapper live anywhere; customary: 111 (the port mapper).
  dynamic   = true,

  udp { client = at(4, bytes "00 00 00 00 00 00 00 02"), server = at(4, bytes "00 00 00 01 00 00 00 0?"),
    alone = "client", check = datagrams },
  tcp { client = all { bytes "80 0? ?? ??", at(8, bytes "00 00 00 00 00 00 00 02") },
    server = all { bytes "80 0? ?? ??", at(8, bytes "00 00 00 01 00 00 00 0?") },
        alone = "client", check = stream },

  -- Procedure 0 of the port mapper, which does nothing.
  probe { transport = "udp", send = hex "4F 50 52 43 00 00 00 00 00 00 00 02 00 01 86 A0 00 00 00 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 \z
    00 00 00 00" },
  probe { transport = "tcp", send = hex "80 00 00 28 4F 50 52 43 00 00 00 00 00 00 00 02 00 01 86 A0 00 00 00 02 00 00 00 00 00 00 00 00 00 00 00 00 \z
    00 00 00 00 00 00 00 00" },

  example {
    client = hex "11 22 33 44 00 00 00 00 00 00 00 02 00 01 86 A0 00 00 00 02 00 00 00 03 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
    server = hex "11 22 33 44 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 08 01",
    transport = "udp",
  },
  -- The same with all that it asks, after record marks of 56 and 28 bytes.
  example {
    client = hex "80 00 00 38 11 22 33 44 00 00 00 00 00 00 00 02 00 01 86 A0 00 00 00 02 \z
      00 00 00 03" .. string.rep("\0", 16) .. hex "00 01 86 A5 00 00 00 03 00 00 00 06 00 00 00 00",
    server = hex "80 00 00 1C 11 22 33 44 00 00 00 01" .. string.rep("\0", 16) .. hex "00 00 08 01",
    transport = "tcp",
  },
  counterexample { client = hex "11 22 33 44 00 00 00 00 00 00 00 02 00 01 86 A3 00 00 00 03 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00", transport = "udp" },
}
