-- A type (10 to 16), flags, an id, the sender's address and port, which is 138 (008A); then lengths and two names in NetBIOS
-- form: 32 letters A to P each (RFC 1002 section 4.4).
protocol "nbdgm" {
  title     = "NetBIOS datagram service",
  reference = "RFC 1002 section 4.4",
  category  = "network",
  ports     = { "138/udp" },

  -- 14 bytes of header, then the first name's length, 20, and letters.
  udp { either = all { bytes "1? 0? ?? ?? ?? ?? ?? ?? 00 8A", at(14, bytes "20 4?") }, alone = { "client", "server" } },
  udp { either = all { bytes "1? 0? ?? ?? ?? ?? ?? ?? 00 8A", at(14, bytes "20 50") }, alone = { "client", "server" } },

  example { client = "\x11\x0A\x12\x34\xC0\0\2\1\0\x8A\0\xBB\0\0\x20EEEFFDELCACACACACACACACACACACAAA\0" },
  counterexample { client = "\x12\x34\1\x10\0\1\0\0\0\0\0\0\32EEEFFDELCACACACACACACACACACACAAA\0\0\32\0\1" },
}
