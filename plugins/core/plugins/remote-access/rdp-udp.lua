-- The first datagram acknowledges FFFFFFFF, has the flag SYN (1), and offers both MTUs (1132 to 1232); it is
-- padded to full size.  The answer has SYN and ACK (5) and acknowledges the client's first number (MS-RDPEUDP
-- 2.2.2.1, 2.2.2.5, 3.1.5.1).
local mtus = at(12, bytes "04 [6C-D0] 04 [6C-D0]")

local function check(m)
  return not m.client or not m.server or m.server:u32(0) == m.client:u32(8)
end

protocol "rdp-udp" {
  title     = "Remote Desktop Protocol, UDP transport",
  reference = "MS-RDPEUDP 2.2.2.1 and 2.2.2.5",
  category  = "remote-access",
  also      = { "rdpeudp" },
  ports     = { "3389/udp" },

  -- 00 to 1F: correlation id, lossy mode and extended version are flags of the upper byte.
  udp { client = all { bytes "FF FF FF FF ?? ?? [00-1F] 01", mtus, length(1132, 1472) },
        server = all { at(6, bytes "[00-1F] 05"), mtus, length(1132, 1472) }, alone = "client",
        check = check },

  example {
    client = hex "FF FF FF FF 00 40 00 01 11 22 33 44 04 D0 04 D0" .. string.rep("\0", 1216),
    server = hex "11 22 33 44 00 40 00 05 55 66 77 88 04 D0 04 D0" .. string.rep("\0", 1216),
    transport = "udp",
  },
  counterexample { client = "\xFF\xFF\xFF\xFFTSource Engine Query\0", transport = "udp" },
}
