-- A length of four bytes, then text.  The caller says "Hello NAME calling" and is challenged with "auth
-- cram-md5" (Bacula developer's guide, "Daemon protocol"; Bareos keeps it).
protocol "bacula" {
  title     = "Bacula and Bareos backup",
  reference = "Bacula developer's guide, daemon protocol",
  category  = "storage",
  ports     = { "9101-9103/tcp" },

  tcp { client = matches [[^\x00\x00\x00.Hello [^\n\x00]{1,127} calling]],
    -- A challenge or a refusal with its length, or a signal, which is a negative one.
    server = any { matches [=[^\x00\x00\x00.[A-Za-z\d]]=], bytes "FF FF FF [E0-FF]" }, alone = "client" },
  tcp { server = matches [[^\x00\x00\x00.auth cram-md5c? <]], alone = "server" },

  fields { client = [[^....Hello (?<info>[^\n\x00]{1,127}?) calling]] },

  example { client = "\0\0\0\x22Hello Director bacula-dir calling\n",
    server = "\0\0\0\x24auth cram-md5 <1.2@bacula-fd> ssl=0\n" },
  example { client = "\0\0\0\x22Hello Director bacula-dir calling\n" },
  example { server = "\0\0\0\x24auth cram-md5 <1.2@bacula-fd> ssl=0\n" },
  example { client = "\0\0\0\x22Hello Director bacula-dir calling\n",
    server = "\0\0\0\x1B2999 Authentication failed.\n" },
  example { client = "\0\0\0\x22Hello Director bacula-dir calling\n", server = "\0\0\0\x0BNot today.\n" },
  example { client = "\0\0\0\x22Hello Director bacula-dir calling\n", server = hex "FF FF FF FC" },
  counterexample { client = "\0\0\0\x22Hello Director bacula-dir calling\n", server = "421 no\r\n" },
  counterexample { client = "\0\0\0\x10Hello there friend", server = "\0\0\0\x04okay" },
}
