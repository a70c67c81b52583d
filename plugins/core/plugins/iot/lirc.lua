-- The client sends commands in lines; a reply stands between BEGIN and END: the command as it was sent, whether
-- it was done, and perhaps DATA, a number and as many lines; SIGHUP tells of a new configuration (lircd(8),
-- "Socket command interface").
local reply = matches [[(?x) ^BEGIN\n (?: SIGHUP\nEND\n
  | [A-Za-z_]{4,20} (?:[ ][^\r\n]{0,200})? \n (?:SUCCESS|ERROR)\n (?:DATA\n\d|END\n) )]]

protocol "lirc" {
  title     = "LIRC (lircd)",
  reference = "lircd(8), socket command interface",
  category  = "iot",
  ports     = { "8765/tcp" },

  tcp { server = all { starts "BEGIN\n", reply }, alone = "server" },

  fields {
    server = [[^BEGIN\nVERSION\nSUCCESS\nDATA\n1\n(?<version>\d[^\n]*)]],
    describe = { version = function() return { product = "LIRC", vendor = "LIRC" } end },
  },

  example { client = "VERSION\n", server = "BEGIN\nVERSION\nSUCCESS\nDATA\n1\n0.10.2\nEND\n" },
  example { server = "BEGIN\nSEND_ONCE lamp KEY_POWER\nERROR\nDATA\n1\nunknown remote: \"lamp\"\nEND\n" },
  example { client = "list\n", server = "BEGIN\nlist\nSUCCESS\nDATA\n1\nlamp\nEND\n" },
  example { server = "BEGIN\nSIGHUP\nEND\n" },
  counterexample { server = "BEGIN\nselect 1;\nEND\n" },
}
