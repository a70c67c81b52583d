-- Device servers listen on port 77FE: three zero bytes and a function.  F6 asks for the firmware, F7
-- answers; F8 asks for the setup record of 120 bytes, F9 answers (Lantronix UDS-10 user guide section 8.1).
protocol "lantronix" {
  title     = "Lantronix discovery",
  reference = "Lantronix UDS-10 user guide, section 8.1",
  category  = "industrial",
  ports     = { "30718/udp" },

  udp { client = all { bytes "00 00 00 F6", length(4) },
        server = all { bytes "00 00 00 F7", length(24, 32) } },
  udp { client = all { bytes "00 00 00 F8", length(4) },
        server = all { bytes "00 00 00 F9", length(120, 130) } },

  example { client = hex "00 00 00 F6", server = hex "00 00 00 F7" .. string.rep("\0", 20) ..
    hex "00 20 4A 01 02 03" },
  example { client = hex "00 00 00 F8", server = hex "00 00 00 F9" .. string.rep("\0", 120) .. hex "00 00" },
  counterexample { client = hex "00 00 00 F6", server = hex "00 00 00 F7 00 00" },
}
