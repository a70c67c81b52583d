-- A proxy says first for whom it speaks.  Version 1 is a line, PROXY TCP4 source destination ports; version 2
-- has a signature of twelve bytes, version and command, a family and a length.  The proxied protocol follows
-- (HAProxy, The PROXY protocol).
protocol "proxy-protocol" {
  title     = "PROXY protocol",
  reference = "HAProxy, The PROXY protocol versions 1 and 2, sections 2.1 and 2.2",
  category  = "network",
  dynamic   = true,                                              -- it precedes whatever the port is for

  tcp { client = any {
    matches [[^PROXY TCP[46] [0-9A-Fa-f.:]{2,39} [0-9A-Fa-f.:]{2,39} \d{1,5} \d{1,5}\r\n]],
    matches [[^PROXY UNKNOWN[^\r\n]{0,95}\r\n]],
    bytes "0D 0A 0D 0A 00 0D 0A 51 55 49 54 0A [20-21] ?? 0? ??",
  }, alone = "client" },

  fields { client = [[^PROXY TCP[46] (?<source>[0-9A-Fa-f.:]+) (?<destination>[0-9A-Fa-f.:]+) ]] },

  example { client = "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n\x16\3\1", server = "\x16\3\3" },
  example {
      client = hex "0D 0A 0D 0A 00 0D 0A 51 55 49 54 0A 21 11 00 0C C0 00 02 01 C0 00 02 02 DC 04 01 BB" },
  counterexample { client = "PROXY me please\r\n", server = "500 no\r\n" },
}
