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

  example { client = hex "47 49 4F 50 01 02 00 00 00 00 00 10",
    server = hex "47 49 4F 50 01 02 00 01 00 00 00 10" },
  counterexample { client = "GIOPhello" },
  counterexample { client = hex "47 49 4F 50 01 02 00 00 00 00 00 10", server = "SSH-2.0-OpenSSH_9.6\r\n" },
}
