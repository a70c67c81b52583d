-- Lines of three letters and a number; VER lists the dialects, MSNP8 and so on, down to CVR0 (MSN Messenger
-- protocol, hypothetic.org). The switchboard begins with USR or ANS, a number, an account and a cookie.
protocol "msnp" {
  title     = "MSN Messenger (MSNP)",
  reference = "MSN Messenger Protocol (hypothetic.org): notification server, switchboard",
  category  = "messaging",
  ports     = { "1863/tcp" },
  alternates = { "80/tcp" },

  tcp { client = matches [[^VER \d{1,9}(?: MSN[CP]\d{1,2}| CVR0)+\r\n]],
    server = matches [[^(?:VER \d|\d{3} \d)]], alone = "client" },
  tcp { client = all { any { starts "USR ", starts "ANS " },
          matches [[^... \d{1,9} [^\s@]+@[^\s]+ [\d.]+(?: \d+)?\r\n]] },
        server = all { any { starts "USR ", starts "IRO ", starts "ANS ", starts "911 " },
          matches [[^(?:... \d{1,9} (?:OK|\d)|911 \d)]] } },

  fields { server = [[^VER \d+ (?<protocol_version>MSNP\d+)]],
    client = [[(?m)^CVR \d+ \S+ \S+ \S+ \S+ (?<software>\S+ \S+)]] },

  example { client = "VER 0 MSNP9 MSNP8 CVR0\r\n" ..
      "CVR 1 0x0409 winnt 5.1 i386 MSMSGS 6.0.0602 MSMSGS me@example.org\r\n",
    server = "VER 0 MSNP9 MSNP8\r\n" },
  example { client = "VER 0 MSNP9 MSNP8 CVR0\r\n" },
  example { client = "USR 1 me@example.org 17262740.1050826919.32308\r\n",
    server = "USR 1 OK me@example.org Me\r\n" },
  counterexample { client = "VER 0 MSNP9 MSNP8 CVR0\r\n", server = "220 ftp.example.org\r\n" },
  counterexample { client = "VER 1.0\r\n", server = "OK\r\n" },
}
