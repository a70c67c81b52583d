-- "GIOP", a version of two bytes, flags, a type up to 7, a length (OMG CORBA 3.0 section 15.4.1).
local header = any { bytes "47 49 4F 50 01 00 0? 0?", bytes "47 49 4F 50 01 01 0? 0?",
  bytes "47 49 4F 50 01 02 0? 0?" }

protocol "giop" {
  title     = "General Inter-ORB Protocol (CORBA)",
  reference = "OMG CORBA 3.0 section 15.4.1",
  category  = "network",
  -- Objects live on any port; customary: 683, 2809.
  dynamic   = true,

  tcp { either = header, alone = { "client", "server" } },

  -- To many at once over UDP: MIOP, version 1.0, flags (little-endian, last packet), a length, the packet's number,
  -- how many there are, then an id (CORBA 3.1 part 2, chapter 11).
  udp { client = bytes "4D 49 4F 50 10 [00-03] ?? ?? ?? ?? ?? ?? ?? ?? ?? ??", alone = "client" },

  example { client = hex "4D 49 4F 50 10 03 10 00 00 00 00 00 01 00 00 00 04 00 00 00 01 02 03 04"
    .. "GIOP\1\2\1\0", transport = "udp" },
  counterexample { client = hex "4D 49 4F 50 20 03 10 00 00 00 00 00 01 00 00 00 04 00 00 00",
    transport = "udp" },
  example { client = hex "47 49 4F 50 01 02 00 00 00 00 00 10",
    server = hex "47 49 4F 50 01 02 00 01 00 00 00 10" },
  counterexample { client = "GIOPhello" },
  counterexample { client = hex "47 49 4F 50 01 02 00 00 00 00 00 10", server = "SSH-2.0-OpenSSH_9.6\r\n" },
}
