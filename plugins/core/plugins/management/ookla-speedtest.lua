-- Ookla's servers of speed tests: the client says HI, perhaps with its number; HELLO, a version, a date and a
-- build answer; then PING, DOWNLOAD and UPLOAD, each in a line (as the open clients of speedtest.net speak it).
protocol "ookla-speedtest" {
  title     = "Ookla Speedtest",
  reference = "Socket protocol of speedtest.net (HI, HELLO, PING, DOWNLOAD, UPLOAD), as open clients speak it",
  category  = "management",
  -- Customary on 8080 and 5060, which are other protocols'.
  dynamic   = true,

  tcp { client = any { starts "HI\n", starts "HI\r\n", matches [[^HI [0-9a-f]{8}-[0-9a-f-]{27}\r?\n]] },
    server = matches [[^HELLO \d\.\d{1,2} (?:\(\d[\d.]*\) )?\d{4}-\d\d-\d\d\.]], alone = "server" },

  fields {
    server = [[^(?<banner>HELLO \d\.\d{1,2} (?:\((?<version>\d[\d.]*)\) )?\d{4}-\d\d-\d\d\.[^\r\n]*)]],
    describe = { banner = function() return { product = "Ookla Speedtest server", vendor = "Ookla" } end },
  },

  probe { send = "HI\n" },

  example { client = "HI\n", server = "HELLO 2.7 (2.7.4) 2019-01-31.0101.0123abc\n" },
  example { client = "HI 01234567-89ab-cdef-0123-456789abcdef\n",
    server = "HELLO 2.3 2015-01-31.0101.0123abc\n" },
  counterexample { client = "HELLO 2.7 (2.7.4) 2019-01-31.0101.0123abc\n" },
  counterexample { client = "HI\n", server = "HELLO 2.7\n" },
}
