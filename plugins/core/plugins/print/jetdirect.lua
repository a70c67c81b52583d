-- Raw printing has no frame of its own: the job begins.  Nearly always with the Universal Exit Language, ESC
-- %-12345X, with a PJL command, or with a PCL reset, ESC E, and another PCL command (HP PJL Technical
-- Reference, PCL 5 reference).
local uel = "\x1B%-12345X"

protocol "jetdirect" {
  title     = "JetDirect raw printing (PJL, PCL)",
  reference = "HP Printer Job Language Technical Reference, chapter 2",
  category  = "print",
  also      = { "hp-pjl" },
  ports     = { "9100/tcp" },
  -- The second and third plug of a print server; registered for Bacula.
  shares    = { "9101-9102/tcp" },

  -- Printers seldom answer.
  tcp { client = any { starts(uel), starts "@PJL " }, alone = "client" },
  -- ESC E, then ESC & ( ) or *, and a lower-case group character.
  tcp { client = bytes "1B 45 1B [26-2A] [61-7A]", alone = "client" },
  tcp { server = starts "@PJL ", alone = "server" },

  fields { server = [[(?m)^@PJL INFO ID\r?\n"?(?<product>[^"\r\n]{2,80})]] },

  -- It prints whatever it is sent.
  probe { silent = true },

  example { client = uel .. "@PJL INFO ID\r\n" .. uel, server = "@PJL INFO ID\r\n\"Example 4000\"\r\n\f" },
  example { client = uel .. "@PJL JOB NAME=\"report\"\r\n@PJL ENTER LANGUAGE=PCL\r\n\x1BE" },
  example { client = "\x1BE\x1B&l1X" },
  example { server = "@PJL INFO ID\r\n\"Example 4000\"\r\n\f" },
  counterexample { client = "\x1BE\x1B[2J" },
  counterexample { client = "@PING\n" },
}
