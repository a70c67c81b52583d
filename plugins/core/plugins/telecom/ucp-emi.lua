-- STX, a number of two digits, the length of five between STX and ETX, O or R, the operation of two digits,
-- values with slashes, a sum, ETX (EMI-UCP interface specification 4.0, section 3).
local message = matches [[^\x02\d\d/\d{5}/[OR]/\d\d/]]

protocol "ucp-emi" {
  title     = "UCP/EMI short messages",
  reference = "EMI-UCP interface specification 4.0, section 3",
  category  = "telecom",
  dynamic   = true,                                              -- no registered port

  tcp { either = message, alone = { "client", "server" } },

  example { client = "\x0200/00019/O/60/demo/\x03", server = "\x0200/00020/R/60/A//6D\x03" },
  counterexample { client = "\x0200/19/O/60/demo/\x03" },
}
