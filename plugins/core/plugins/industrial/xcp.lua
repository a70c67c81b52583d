-- Measurement and calibration over Ethernet: a length and a counter, little end first, then CONNECT (FF,
-- mode 0 or 1); FF answers with resources, sizes and the versions 1 and 1 (ASAM MCD-1 XCP, transport layer
-- Ethernet).
protocol "xcp" {
  title     = "ASAM XCP on Ethernet",
  reference = "ASAM MCD-1 XCP V1.4, base standard section 7.5.1 and transport layer Ethernet",
  category  = "industrial",
  ports     = { "5555/udp", "5555/tcp" },

  udp { client = all { bytes "02 00 ?? ?? FF [00-01]", length(6) },
    server = all { bytes "08 00 ?? ?? FF ?? ?? ?? ?? ?? 01 01", length(12) } },
  tcp { client = bytes "02 00 ?? ?? FF [00-01]", server = bytes "08 00 ?? ?? FF ?? ?? ?? ?? ?? 01 01" },

  example { client = hex "02 00 00 00 FF 00", server = hex "08 00 00 00 FF 1D C0 FF 50 05 01 01",
    transport = "udp" },
  example { client = hex "02 00 00 00 FF 00", server = hex "08 00 00 00 FF 1D C0 FF 50 05 01 01",
    transport = "tcp" },
  counterexample { client = hex "02 00 00 00 FF 00", server = hex "08 00 00 00 FE 1D C0 FF 50 05 01 01",
    transport = "udp" },
}
