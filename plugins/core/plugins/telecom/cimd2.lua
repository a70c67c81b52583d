-- STX, an operation of two digits, a colon, a number of three, then parameters of three digits, colon and
-- value between tabs, ETX (Nokia CIMD interface specification, section 3).  01 logs in, 51 answers.
local message = matches [[^\x02\d\d:\d{3}\t(?:\d{3}:[^\t\x03]*\t)*(?:[0-9A-Fa-f]{2})?\x03]]

protocol "cimd2" {
  title     = "Nokia CIMD2 short messages",
  reference = "Nokia SMS Center, CIMD interface specification, section 3",
  category  = "telecom",
  dynamic   = true,                                              -- no registered port

  tcp { either = message, alone = { "client", "server" } },

  example { client = "\x0201:001\t010:demo\t011:secret\t3A\x03", server = "\x0251:001\t7B\x03" },
  counterexample { client = "\x0201:1\t\x03" },
}
