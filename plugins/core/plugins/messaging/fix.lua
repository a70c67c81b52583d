-- Tag=value pairs with SOH between: 8 is the version, 9 the length, 35 the message's type (FIX session
-- layer, standard header).
local message = matches [[^8=FIXT?\.\d\.\d\x019=\d{1,6}\x0135=]]
-- Feeds write a version of their own, and some compress what follows the length.
local feed    = matches [[^8=[A-Z][A-Za-z0-9.]{0,15}\x019=\d{1,6}\x01(?:35=|x[\x01\x5e\x9c\xda])]]

protocol "fix" {
  title     = "Financial Information eXchange",
  reference = "FIX session layer technical specification, standard header",
  category  = "messaging",
  dynamic   = true,                                              -- no registered port

  tcp { either = message, alone = { "client", "server" } },
  -- The answer may have a version or a compression of its own.
  tcp { client = message, server = starts "8=" },
  tcp { either = feed, alone = { "client", "server" } },

  fields { server = { [[^8=(?<protocol_version>FIXT?\.\d\.\d)]],
    [[\x0149=(?<hostname>[^\x01]{1,40})\x01]] } },

  -- Both log on; 9 counts from tag 35 up to the checksum, 10.
  example { client = "8=FIX.4.4\0019=64\00135=A\00149=BUYSIDE\00156=BROKER\00134=1\001" ..
      "52=20240102-09:00:00\00198=0\001108=30\00110=000\001",
    server = "8=FIX.4.4\0019=64\00135=A\00149=BROKER\00156=BUYSIDE\00134=1\001" ..
      "52=20240102-09:00:01\00198=0\001108=30\00110=001\001" },
  example { client = "8=FIX.4.2\0019=20\00135=0\00149=A\00156=B\00134=2\001" },
  -- The capture ends within the answer.
  example { client = "8=FIX.4.2\0019=20\00135=0\00149=A\00156=B\00134=2\001",
    server = "8=FIX.4.2\0019=" },
  example { client = "8=FIXCOMP\0019=70\001x\x9C\5\xC1", server = "8=O\0019=0075\00135=G\001\2" },
  counterexample { client = "8=1\0019=65\00135=A\001" },
  counterexample { client = "8=FIX and more" },
  counterexample { client = "8=FIX.4.2\0019=65\00135=A\001", server = "HTTP/1.1 400 Bad Request\r\n\r\n" },
}
