-- The server says the seconds since 1900 in four bytes and closes; nobody says anything else, least of all the
-- client: four bytes are many an answer.  [E6-F5] are the years 2022 to 2030: of any value they would be anybody's.
protocol "time" {
  title     = "Time protocol",
  reference = "RFC 868",
  category  = "legacy",
  ports     = { "37/tcp", "37/udp" },

  tcp { server = all { bytes "[E6-F5]", length(4) }, alone = "server",
        check = function(m) return not m.client end },

  example { server = hex "EB 12 34 56", transport = "tcp" },
  counterexample { server = hex "EB 12 34 56 00", transport = "tcp" },
  counterexample { client = "GETVALUE", server = hex "EB 12 34 56", transport = "tcp" },
  counterexample { server = hex "12 34 56 78", transport = "tcp" },
}
