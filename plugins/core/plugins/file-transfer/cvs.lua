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

  tcp { client = begin, alone = "client" },
  tcp { server = any { starts "I LOVE YOU\n", starts "I HATE YOU\n" }, alone = "server" },

  fields { client = [[^BEGIN [A-Z]+ REQUEST\n(?<info>/[^\n]{1,255})\n]] },

  example { client = "BEGIN AUTH REQUEST\n/cvs\nanonymous\nA\nEND AUTH REQUEST\n", server = "I LOVE YOU\n" },
  example { client = "BEGIN VERIFICATION REQUEST\n/cvs\nanonymous\nA\nEND VERIFICATION REQUEST\n" },
  example { server = "I HATE YOU\n" },
  counterexample { client = "BEGIN\n", server = "I AM HERE\n" },
}
