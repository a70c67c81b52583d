-- DNS messages among neighbours (RFC 6762 section 18): the id is zero (but see below), recursion is never desired, names end
-- in .local or are reverse names, and replies carry no question.

-- Opcode 0; of the flags only QR, AA and TC are used.
local header = any { bytes "?? ?? 00 00 00 ?? 00 ??", bytes "?? ?? 02 00 00 ?? 00 ??", bytes "?? ?? 84 00 00 ?? 00 ??",
  bytes "?? ?? 80 00 00 ?? 00 ??" }
-- A name, a type, class Internet or any; its top bit says: answer me alone, or forget the old one.
local record = at(12, any { seq { labels(), bytes "?? ?? [00,80] 01" }, seq { labels(), bytes "?? ?? [00,80] FF" } })
-- Legacy queriers use an id (section 6.7); then only the name tells.
local name = any { contains "\5local", all { bytes "00 00", contains "\4arpa\0" } }

protocol "mdns" {
  title     = "Multicast DNS",
  reference = "RFC 6762 section 18",
  category  = "network",
  ports     = { "5353/udp" },

  udp { either = all { header, record, name }, alone = { "client", "server" } },

  example { client = "\0\0\0\0\0\1\0\0\0\0\0\0\4_ipp\4_tcp\5local\0\0\12\128\1" },
  example { client = "\0\0\x84\0\0\0\0\1\0\0\0\0\4desk\5local\0\0\1\128\1\0\0\0\x78\0\4\xC0\0\2\1" },
  counterexample { client = "\0\0\1\0\0\1\0\0\0\0\0\0\4desk\5local\0\0\1\0\1" },
  counterexample { client = "\x12\x34\0\0\0\1\0\0\0\0\0\0\3www\7example\3org\0\0\1\0\1" },
}
