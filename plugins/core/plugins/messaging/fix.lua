-- Tag=value pairs with SOH between: 8 is the version, 9 the length, 35 the message's type (FIX session layer, standard header).
local message = matches [[^8=FIXT?\.\d\.\d\x019=\d{1,6}\x0135=]]

protocol "fix" {
  title     = "Financial Information eXchange",
  reference = "FIX session layer technical specification, standard header",
  category  = "messaging",
  dynamic   = true,                                              -- no registered port

  tcp { either = message, alone = { "client", "server" } },
  tcp { client = message },

  fields { server = [[^8=(?<protocol_version>FIXT?\.\d\.\d)]] },

  example { client = "8=FIX.4.2\0019=65\00135=A\00149=A\001" },
  counterexample { client = "8=FIX and more" },
}
