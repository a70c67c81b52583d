-- The server says the time in words and asks nothing (RFC 867 fixes no form).  Usual: ctime(3) as in "Thu Feb
-- 13 09:24:00 2025", and NIST's "JJJJJ YR-MO-DA HH:MM:SS TT L H msADV UTC(NIST) OTM". The letters of the
-- days' names spare other text the expression.
local ctime = all {
  bytes "[46,4D,53,54,57] [61,65,68,6F,72,75] [64,65,69,6E,74,75] 20",
  matches [[^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d (?:[A-Z]{3,4} )?\d{4}[\r\n]{1,2}\z]],
}
local nist = matches [[^\n\d{5} \d\d-\d\d-\d\d \d\d:\d\d:\d\d \d\d \d \d +[\d.]+ UTC\(NIST\)]]

protocol "daytime" {
  title     = "Daytime",
  reference = "RFC 867",
  category  = "legacy",
  ports     = { "13/tcp", "13/udp" },

  tcp { server = any { ctime, nist }, alone = "server" },
  -- The request's content is of no matter.
  udp { server = any { ctime, nist }, alone = "server" },

  example { server = "Thu Feb 13 09:24:00 2025\r\n" },
  example { server = "\n60719 25-02-13 09:24:00 00 0 0 123.4 UTC(NIST) * \n" },
  example { client = "\n", server = "Thu Feb  6 09:24:00 2025\r\n", transport = "udp" },
  counterexample { server = "Thu Feb 13 09:24:00 2025 host login: bob\r\n" },
}
