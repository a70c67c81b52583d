-- A packet id, the receiver's and the sender's addresses of 5 bytes, flags, a checksum, a verb.  HELLO (1) is
-- not encrypted: versions, the time in milliseconds, and the sender's identity, which begins with its address
-- (ZeroTier, Packet.hpp).
local function check(m)
  local v = m.client or m.server
  return v:bytes(13, 5) == v:bytes(41, 5) and v:bytes(8, 5) ~= v:bytes(13, 5)
end

-- Cipher 0; hops in the low bits.  Protocol 4 to 20, product 1.x; the time stays below 0000 02.. until 2039.
local hello = all { at(18, bytes "[00-07]"), at(27, bytes "01 [04-14] [00-02] ?? ?? ?? 00 00 [01-02]"),
  at(46, bytes "00"), length(110, 1500) }

protocol "zerotier" {
  title     = "ZeroTier",
  reference = "ZeroTierOne source: node/Packet.hpp, HELLO",
  category  = "tunnel",
  ports     = { "9993/udp" },

  udp { client = hello, alone = "client", check = check },
  udp { server = hello, alone = "server", check = check },

  fields { client = function(m)
    local v = m.client
    if not v or v:u8(27) ~= 1 then return nil end
    return { software = "ZeroTier", version = string.format("%d.%d.%d", v:u8(29), v:u8(30), v:u16(31)) }
  end },

  example { transport = "udp", client = hex "01 02 03 04 05 06 07 08 AA AA AA AA AA BB BB BB BB BB 00"
    .. "checksum"
    .. hex "01 0C 01 0C 00 02 00 00 01 8C 11 22 33 44 BB BB BB BB BB 00" .. string.rep("\x5A", 64) },
  example { transport = "udp", server = hex "01 02 03 04 05 06 07 08 AA AA AA AA AA BB BB BB BB BB 00"
    .. "checksum"
    .. hex "01 0C 01 0C 00 02 00 00 01 8C 11 22 33 44 BB BB BB BB BB 00" .. string.rep("\x5A", 64) },
  counterexample { transport = "udp", client = hex "01 02 03 04 05 06 07 08 AA AA AA AA AA BB BB BB BB BB 00"
    .. "checksum"
    .. hex "01 0C 01 0C 00 02 00 00 01 8C 11 22 33 44 BB BB BB BB BC 00" .. string.rep("\x5A", 64) },
}
