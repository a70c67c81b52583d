-- A command is one byte, a queue, and a line feed: 1 print waiting jobs, 2 receive a job, 3 and 4 list, 5
-- remove.  Inside a job come the control file (2, size, cfA...) and the data file (3, size, dfA...); the
-- server says yes with a zero (RFC 1179 sections 5 and 6).
-- Refusals are text, and speak of what they are about.
local refusal = matches [[(?i)^(?!\d)[\x20-\x7e]{0,120}?(?:\blpd\b|print|queue|spool)]]
local queue = [[[\x21-\x7e]{1,64}]]

protocol "lpd" {
  title     = "Line printer daemon",
  reference = "RFC 1179 sections 5 and 6",
  category  = "print",
  also      = { "printer" },
  ports     = { "515/tcp" },

  -- A job with its first file: enough by itself.
  tcp { client = matches([[^\x02]] .. queue
    .. [[\n[\x02\x03]\d{1,10} [cd]f[A-Za-z]\d{3}[^\x00-\x20]{1,131}\n]]),
        server = any { bytes "[00-05]", refusal }, alone = "client" },
  -- Answered with a single zero before the files follow: no other says so little.
  tcp { client = matches([[^\x02]] .. queue .. [[\n\z]]),
        server = all { bytes "00", length(1) } },
  -- A list: the answer is text.
  tcp { client = all { bytes "[03,04] [21-7E]",
    matches([[^[\x03\x04]] .. "]" .. queue .. [[(?: [\x20-\x7e]{0,100})?\n\z]]) },
        server = matches [[^[\x20-\x7e]{12}]] },

  fields { client = [[^[\x01-\x05](?<info>[\x21-\x7e]{1,64})]] },

  probe { home = true, send = "\4lp\n" },

  example { client = "\2lp\n\002123 cfA001host\n", server = "\0\0" },
  example { client = "\2lp\n", server = "\0" },
  example { client = "\2lp\n\002123 cfA001host\n", server = "lp: no such printer\n" },
  example { client = "\4lp\n", server = "lp is ready and printing\n" },
  counterexample { client = "\2lp\n", server = "\2lp\n" },
  counterexample { client = "\2lp\n\002123 cfA001host\n", server = "220 printer ready\r\n" },
  counterexample { client = "\2\0\0\7", server = "\0" },
}
