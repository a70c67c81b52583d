-- The called system says DLE "Shere=" and its name and a zero, the caller DLE "S" and its own name.  Over TCP
-- a login and a password may come first (Taylor UUCP manual, "The UUCP protocol", initial handshake).
protocol "uucp" {
  title     = "UUCP over TCP",
  reference = "Taylor UUCP manual, UUCP protocol internals",
  category  = "legacy",
  ports     = { "540/tcp" },

  tcp { server = starts "\x10Shere", alone = "server" },
  tcp { server = all { starts_nocase "login: ", contains "\x10Shere" }, alone = "server" },

  fields { server = [[\x10Shere=(?<hostname>[\x21-\x7e]{1,64})\x00]] },

  example { client = "\x10Slocal -R -N07\0", server = "\x10Shere=remote\0" },
  example { client = "nuucp\nsecret\n\x10Slocal\0", server = "login: Password: \x10Shere\0" },
  counterexample { client = "bob\n", server = "login: Password: Welcome\r\n" },
}
