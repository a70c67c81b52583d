-- Discovery of serial servers: a number (80 answers), a status, a length, a transaction.  01 searches; the
-- answer of 24 bytes has Moxa's address block 00-90-E8.  Moxa publishes nothing; described by owners.
protocol "moxa-nport" {
  title     = "Moxa NPort discovery",
  reference = "Moxa UDP protocol, as described by owners of an NPort 5110A",
  category  = "industrial",
  ports     = { "4800/udp" },

  udp { client = all { bytes "01 00 00 08 00 00 00 00", length(8) },
        server = all { bytes "81 00 00 18 00 00 00 00", at(14, bytes "00 90 E8"), length(24) },
          alone = "server" },

  example { client = hex "01 00 00 08 00 00 00 00",
    server = hex "81 00 00 18 00 00 00 00 04 80 00 00 01 04 00 90 E8 01 02 03 C0 00 02 01" },
  counterexample { client = hex "01 00 00 08 00 00 00 00", server = hex "81 00 00 18 00 00 00 00" },
}
