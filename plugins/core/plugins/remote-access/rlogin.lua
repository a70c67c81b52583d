-- A zero, the client's user, the server's user, terminal type / speed, each closed with a zero; the server
-- answers with a zero (RFC 1282).
protocol "rlogin" {
  title     = "Remote login (BSD rlogin)",
  reference = "RFC 1282",
  category  = "remote-access",
  also      = { "login" },
  ports     = { "513/tcp" },

  tcp {
    client = all { bytes "00 [21-7E]",
      matches [[^\x00[\x21-\x7e]{1,64}\x00[\x21-\x7e]{1,64}\x00[\x21-\x7e]{1,64}/\d{2,6}\x00]] },
    server = bytes "00",
    alone = "client",
  },

  fields { client = [[^\x00[\x21-\x7e]+\x00(?<info>[\x21-\x7e]+)\x00]] },

  example { client = "\0bostic\0kbostic\0vt100/9600\0", server = "\0" },
  counterexample { client = "\0bostic\0kbostic\0ls -l\0", server = "\0" },
}
