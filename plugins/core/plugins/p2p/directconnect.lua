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
  tcp { client = all { starts "$MyNick ", matches [[^.MyNick [^| ]{1,64}\|\$Lock ]] }, server = starts "$",
    alone = "client" },
  tcp { client = any { starts "HSUP AD", starts "CSUP AD" },
    server = any { starts "ISUP AD", starts "CSUP AD" },
        alone = { "client", "server" } },

  fields {
    server = {
      [[^\$Lock [^|]* Pk=(?<banner>[^|]{1,80})\|]],
      [[\$HubName (?<info>[^|]{1,80})\|]],
      -- ADC hubs once named program and version together (VE), now each by itself (AP, VE).
      [[(?m)^IINF (?:[^\n]* )?AP(?<product>[^ \n]+)]],
      [[(?m)^IINF (?:[^\n]* )?VE(?:(?<product>[^\d \/\n][^ \/\n]*)\/?)?(?<version>\d[^ \n]*)?]],
    },
  },

  example { client = "$Supports UserCommand NoGetINFO|$Key x|$ValidateNick me|",
    server = "$Lock EXTENDEDPROTOCOL Pk=demo|$HubName Example hub|" },
  example { client = "$MyNick me|$Lock EXTENDEDPROTOCOL Pk=demo|" },
  example { client = "HSUP ADBASE ADTIGR\n",
    server = "ISUP ADBASE ADTIGR\nISID AAAB\nIINF CT32 NIExample\\shub VEdemo/1.2.3\n" },
  example { client = "HSUP ADBASE ADTIGR\n",
    server = "ISUP ADBASE ADTIGR\nISID AAAB\nIINF CT32 APdemo VE1.2.3 NIExample\\shub\n" },
  counterexample { client = "NICK me\r\n", server = "$Locked out\r\n" },
}
