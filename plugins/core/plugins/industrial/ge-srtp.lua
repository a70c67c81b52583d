-- Both begin with a mailbox of 56 bytes: the client's is all zero, the server's is 01 and zeros, perhaps 0F
-- at 8 (Denton et al., Leveraging the SRTP protocol, Digital Investigation 22, 2017).  Later: 02 asks, 03
-- answers, and 31 holds a type.
local zeros = string.rep(" 00", 56)

local function later(m)
  return m.client:u8(2) == m.server:u8(2) and m.client:size() >= 56 and m.server:size() >= 56
end

protocol "ge-srtp" {
  title     = "GE Service Request Transport Protocol",
  reference = "Denton et al., Leveraging the SRTP protocol for memory acquisition, 2017",
  category  = "industrial",
  ports     = { "18245/tcp" },

  tcp { client = bytes(string.sub(zeros, 2)),
        server = any { bytes "01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
          bytes "01 00 00 00 00 00 00 00 0F 00 00 00 00 00 00 00" } },
  -- Joined later: C0 carries a short request, 80 a long one; D4 and 94 answer.
  tcp { client = all { bytes "02 00 ?? 00 ?? ?? 00 00", at(31, any { bytes "C0", bytes "80" }) },
        server = all { bytes "03 00 ?? 00 ?? ?? 00 00", at(31, any { bytes "D4", bytes "94", bytes "D1" }) },
          check = later },

  example { client = string.rep("\0", 56), server = "\1" .. string.rep("\0", 55) },
  example { client = "\2\0\5\0\0\0\0\0\0\1" .. string.rep("\0", 21) .. "\xC0" .. string.rep("\0", 24),
    server = "\3\0\5\0\0\0\0\0\0\1" .. string.rep("\0", 21) .. "\xD4" .. string.rep("\0", 24) },
  counterexample { client = string.rep("\0", 56), server = string.rep("\0", 56) },
}
