-- The client opens with a magic number, little end first: 34C2BDC3 (1.0), 400C2D20 (0.4), 5F75E83E (0.3).
-- From 1.0 on the server answers at once with an object of JSON that ends in a zero; before, with SUCCESS or
-- ERROR.
-- ERROR is also what servers before 2.3 say to that magic.
local answer = any { starts [[{"max_protocol_version":]], contains [["success":]], starts "ERROR: " }

protocol "rethinkdb" {
  title     = "RethinkDB client driver",
  reference = "RethinkDB documentation, writing drivers: handshake",
  category  = "database",
  ports     = { "28015/tcp" },

  tcp { client = bytes "C3 BD C2 34", server = answer },
  tcp { client = starts "\xC3\xBD\xC2\x34{\"protocol_version\":", server = answer, alone = "client" },
  tcp { client = any { bytes "20 2D 0C 40 ?? 0? 00 00", bytes "3E E8 75 5F ?? 0? 00 00" },
    server = any { starts "SUCCESS\0", starts "ERROR" } },
  tcp { server = all { starts [[{"max_protocol_version":]], contains [["server_version":"]] },
      alone = "server" },

  fields { server = [["server_version":"(?<version>\d[\w.~-]*)"]] },

  example { client = hex "C3 BD C2 34" .. [[{"protocol_version":0}]] .. "\0",
    server = [[{"max_protocol_version":0,"min_protocol_version":0,"server_version":"2.4.1","success":true}]]
    .. "\0" },
  example { client = hex "C3 BD C2 34" .. [[{"protocol_version":0}]] .. "\0" },
  -- The capture lost the server's first words: what is left answers the log-in.
  example { client = hex "C3 BD C2 34" ..
    [[{"protocol_version":0,"authentication_method":"SCRAM-SHA-256",]] ..
    [["authentication":"n,,n=me,r=Q2xpZW50"}]] .. "\0",
    server = [[{"authentication":"r=Q2xpZW50U2VydmVy,s=c2FsdA==,i=4096","success":true}]] .. "\0" },
  -- The magic in a segment of its own.
  example { client = hex "C3 BD C2 34", server = [[{"max_protocol_version":0,"min_protocol_version":0}]] .. "\0" },
  example { client = hex "C3 BD C2 34" .. [[{"protocol_version":0}]] .. "\0", server = "ERROR: what is that?\n\0" },
  example { client = hex "20 2D 0C 40 00 00 00 00 C7 70 69 7E", server = "SUCCESS\0" },
  counterexample { client = hex "C3 BD C2 34" .. [[{"protocol_version":0}]] .. "\0", server = "421 no\r\n" },
  counterexample { client = hex "C3 BD C2 34" .. [[{"protocol_version":0}]] .. "\0",
    server = "ERROR :Closing Link: 192.0.2.9 (timeout)\r\n" },
  counterexample { client = hex "C3 BD C2 35", server = [[{"success":true}]] },
}
