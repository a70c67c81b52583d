-- The hub (or the first of two clients) begins: $Lock, a text, Pk= and its program, and a bar; the answer is
-- $Supports, $Key or $ValidateNick (NMDC protocol).  ADC says HSUP or CSUP with +ADBASE or +BASE, answered
-- ISUP or CSUP (ADC specification 1.0).
protocol "directconnect" {
  title     = "Direct Connect",
  reference = "NeoModus Direct Connect protocol; Advanced Direct Connect 1.0.3",
  category  = "p2p",
  ports     = { "411/tcp" },
  alternates = { "412/tcp", "413/tcp", "1411/tcp", "4111/tcp", "5000/tcp" },

  tcp { server = all { starts "$Lock ", matches [[^.Lock [^|]{1,200}\|]] }, alone = "server" },
  tcp { client = all { starts "$MyNick ", matches [[^.MyNick [^| ]{1,64}\|\$Lock ]] }, alone = "client" },
  tcp { client = any { starts "HSUP AD", starts "CSUP AD" },
    server = any { starts "ISUP AD", starts "CSUP AD" },
        alone = { "client", "server" } },

  fields {
    server = {
      [[^\$Lock [^|]* Pk=(?<banner>[^|]{1,80})\|]],
      [[\$HubName (?<info>[^|]{1,80})\|]],
      [[(?m)^IINF [^\n]*\bVE(?<product>[^ \n]+)]],
    },
  },

  example { client = "$Supports UserCommand NoGetINFO|$Key x|$ValidateNick me|",
    server = "$Lock EXTENDEDPROTOCOL Pk=demo|" },
  example { client = "$MyNick me|$Lock EXTENDEDPROTOCOL Pk=demo|" },
  example { client = "HSUP ADBASE ADTIGR\n", server = "ISUP ADBASE ADTIGR\nISID AAAB\n" },
  counterexample { client = "NICK me\r\n", server = "$Locked out\r\n" },
}
