-- NetBIOS names in DNS's form (RFC 1002 section 4.2): 16 bytes, each written as two letters A to P, in one
-- label of 32, asked for with type NB (32) or NBSTAT (33), class Internet.

-- Query, registration, release, wait, refresh (8 or 9), multi-homed registration; the top bit marks an
-- answer.
local opcode = bytes "?? ?? [00-07,28-4F,78-87,A8-CF,F8-FF]"
-- One question (queries, registrations) or none (replies); the name's length, 32, is the 13th byte.
local counts = bytes "?? ?? ?? ?? 00 0? 00 0? 00 0? 00 0? 20"
-- The name's scope may follow as more labels.
local name = at(12, seq { bytes("20" .. string.rep(" [41-50]", 32)), labels(), bytes "00 [0A,20,21] 00 01" })

protocol "nbns" {
  title     = "NetBIOS name service",
  reference = "RFC 1002 section 4.2",
  category  = "network",
  also      = { "netbios-ns" },
  ports     = { "137/udp" },

  udp { either = all { opcode, counts, name }, alone = { "client", "server" } },

  -- The names of the host: NBSTAT of *.
  probe { home = true, send = hex "4F 50 00 00 00 01 00 00 00 00 00 00 20" .. "CK" .. string.rep("A", 30) .. hex "00 00 21 00 01" },

  example { client = "\x12\x34\1\x10\0\1\0\0\0\0\0\0\32EEEFFDELCACACACACACACACACACACAAA\0\0\32\0\1" },
  counterexample { client = "\x12\x34\1\0\0\1\0\0\0\0\0\0\32abcdefghijklmnopabcdefghijklmnop\0\0\1\0\1" },
}
