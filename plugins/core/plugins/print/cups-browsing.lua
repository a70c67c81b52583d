-- One line a datagram: type and state in hexadecimal, the printer's URI, then location, information and model
-- in quotes (CUPS, "Implementation of browsing": type state uri "location" "info" "make-and-model").
protocol "cups-browsing" {
  title     = "CUPS browsing",
  reference = "CUPS design description, CUPS browse protocol",
  category  = "print",
  ports     = { "631/udp" },

  -- A hexadecimal digit and what may follow it.
  udp {
    client = all { bytes "[30-66] [20-66] [20-69]", length(16, 1500),
      matches [[^[0-9a-f]{1,8} [345] (?:ipps?|https?)://[^\s"]{3,1000}(?: "[^"]*"){0,3}]] },
    alone = "client",
  },

  fields { client = [[^[0-9a-f]+ [345] \w+://(?<hostname>[^/:\s"]+)[^\s"]* "[^"]*" "[^"]*" "(?<product>[^"]{2,80})"]] },

  example { client = "6 3 ipp://printer.example.org/printers/a \"Hall\" \"First floor\" \"Example Laser\"\n",
    transport = "udp" },
  counterexample { client = "6 3 hello, there is a printer\n", transport = "udp" },
}
