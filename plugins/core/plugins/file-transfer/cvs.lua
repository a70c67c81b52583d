-- The client logs in with lines of its own; the server loves or hates it ("The CVS client/server protocol",
-- section "Connection and authentication").
local begin = any {
  starts "BEGIN AUTH REQUEST\n", starts "BEGIN VERIFICATION REQUEST\n", starts "BEGIN GSSAPI REQUEST\n",
}

protocol "cvs" {
  title     = "CVS password server (pserver)",
  reference = "The CVS client/server protocol (cvsclient), authentication",
  category  = "file-transfer",
  ports     = { "2401/tcp" },

  -- It loves or hates, says something (M), or reports an error (E and error); GSSAPI's tokens have a length of
  -- two bytes.
  tcp { client = begin, server = any { starts "I LOVE YOU\n", starts "I HATE YOU\n", starts "E ",
      starts "M ", starts "error ", bytes "0? ??" }, alone = "client" },
  tcp { server = any { starts "I LOVE YOU\n", starts "I HATE YOU\n" }, alone = "server" },

  fields { client = [[^BEGIN [A-Z]+ REQUEST\n(?<info>/[^\n]{1,255})\n]] },

  example { client = "BEGIN AUTH REQUEST\n/cvs\nanonymous\nA\nEND AUTH REQUEST\n", server = "I LOVE YOU\n" },
  example { client = "BEGIN VERIFICATION REQUEST\n/cvs\nanonymous\nA\nEND VERIFICATION REQUEST\n" },
  example { server = "I HATE YOU\n" },
  example { client = "BEGIN GSSAPI REQUEST\n\0\4abcd", server = "\0\4efgh" },
  example { client = "BEGIN AUTH REQUEST\n/cvs\nme\nA\nEND AUTH REQUEST\n", server = "error 0 no such user\n" },
  example { client = "BEGIN AUTH REQUEST\n/cvs\nme\nA\nEND AUTH REQUEST\n", server = "E Fatal error, aborting.\n" },
  example { client = "BEGIN AUTH REQUEST\n/cvs\nme\nA\nEND AUTH REQUEST\n",
    server = "M closed for today\nerror  \n" },
  counterexample { client = "BEGIN AUTH REQUEST\n/cvs\nme\nA\nEND AUTH REQUEST\n",
    server = "220 ftp.example.org\r\n" },
  counterexample { client = "BEGIN\n", server = "I AM HERE\n" },
}
