-- A port for errors in decimal, the client's user, the server's user, the command, each closed with a zero;
-- the server says zero, or 1 and a message.  rexec writes the same, but rsh's port is a reserved one, 512 to
-- 1023 (rcmd(3), rshd(8)).
local rest = [[\x00[\x21-\x7e]{1,32}\x00[\x21-\x7e]{1,32}\x00[\x20-\x7e\t]{1,1000}\x00]]
-- The message may be in another language.
local answer = any { bytes "00", bytes "01 [20-7E,80-FF]" }

protocol "rsh" {
  title     = "Remote shell (BSD rsh)",
  reference = "4.3BSD rshd(8), rcmd(3)",
  category  = "remote-access",
  also      = { "shell" },
  ports     = { "514/tcp" },

  tcp {
    client = any {
      all { bytes "[35-39] [30-39] [30-39] 00 [21-7E]", matches([[^(?:5(?:1[2-9]|[2-9]\d)|[6-9]\d\d)]]
        .. rest) },
      all { bytes "31 30 [30-32] [30-39] 00 [21-7E]", matches([[^10(?:[01]\d|2[0-3])]] .. rest) },
    },
    server = answer,
    alone = "client",
  },
  -- rcp asks for no second connection and runs itself on the other side.
  tcp {
    client = all { bytes "00 [21-7E]",
      matches [[^\x00[\x21-\x7e]{1,32}\x00[\x21-\x7e]{1,32}\x00(?:[\x21-\x7e]{0,60}/)?rcp -[a-z -]*[tf] ?]] },
    server = answer, alone = "client",
  },

  fields { client = [[^\d*\x00[\x21-\x7e]+\x00(?<info>[\x21-\x7e]+)\x00]] },

  example { client = "1022\0alice\0bob\0uptime\0", server = "\0 12:00 up 3 days\n" },
  example { client = "1022\0alice\0bob\0uptime\0", server = "\1Permission denied.\n" },
  example { client = "1022\0alice\0bob\0uptime\0", server = "\1Отказано в доступе.\n" },
  example { client = "900\0alice\0bob\0uptime\0" },
  example { client = "\0alice\0bob\0rcp -t /tmp\0", server = "\0" },
  counterexample { client = "511\0alice\0bob\0uptime\0", server = "\0" },
  counterexample { client = "1024\0alice\0secret\0uptime\0", server = "\0" },
  counterexample { client = "40022\0alice\0secret\0uptime\0", server = "\0" },
  counterexample { client = "\0alice\0bob\0vt100/9600\0", server = "\0" },
}
