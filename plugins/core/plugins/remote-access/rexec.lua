-- A port for errors in decimal (0: none), user, password, command, each closed with a zero; the server says
-- zero, or 1 and a message.  rsh writes the same with a reserved port, so only ports from 1024 on are rexec's
-- (rexec(3), rexecd(8)).
protocol "rexec" {
  title     = "Remote execution (BSD rexec)",
  reference = "4.3BSD rexecd(8), rexec(3)",
  category  = "remote-access",
  also      = { "exec" },
  ports     = { "512/tcp" },

  tcp {
    client = all {
      any { bytes "[31-39] [30-39] [30-39] [30-39] 00 [21-7E]",
        bytes "[31-36] [30-39] [30-39] [30-39] [30-39] 00 [21-7E]",
        bytes "30 00 [21-7E]" },
      none { matches [[^10[01]\d\x00|^102[0-3]\x00]] },
      matches [[^\d{1,5}\x00[\x21-\x7e]{1,32}\x00[\x20-\x7e]{1,64}\x00[\x20-\x7e\t]{1,1000}\x00]],
    },
    server = any { bytes "00", bytes "01 [20-7E]" },
  },

  fields { client = [[^\d+\x00(?<info>[\x21-\x7e]+)\x00]] },

  example { client = "40022\0alice\0secret\0uptime\0", server = "\0 12:00 up 3 days\n" },
  example { client = "0\0alice\0secret\0uptime\0", server = "\1Login incorrect.\n" },
  example { client = "1024\0alice\0secret\0uptime\0", server = "\0" },
  counterexample { client = "1022\0alice\0bob\0uptime\0", server = "\0" },
}
