-- Tokens of four letters, each with a number of eight hexadecimal digits: DIST and ARGC ask, DONE and STAT
-- answer (distcc documentation, protocol-1.txt).
protocol "distcc" {
  title     = "distcc distributed compiler",
  reference = "distcc documentation, protocol-1.txt and protocol-2.txt",
  category  = "file-transfer",
  also      = { "distccd" },
  ports     = { "3632/tcp" },

  tcp { client = starts "DIST0000000", server = starts "DONE0000000", alone = "client" },
  tcp { server = matches [[^DONE0000000[123]STAT[0-9a-f]{8}]], alone = "server" },

  fields { client = [[^DIST(?<protocol_version>[0-9a-f]{8})]] },

  example { client = "DIST00000001ARGC00000005ARGV00000002cc",
    server = "DONE00000001STAT00000000SERR00000000" },
  example { client = "DIST00000001ARGC00000003ARGV00000002ccARGV00000002-cARGV00000003a.c"
    .. "DOTI00000007int a;\n" },
  example { server = "DONE00000002STAT00000000SERR00000000" },
  counterexample { client = "DIST00000001ARGC00000005ARGV00000002cc", server = "+OK ready\r\n" },
  counterexample { client = "DISTANCE 1\r\n", server = "DONE\r\n" },
}
