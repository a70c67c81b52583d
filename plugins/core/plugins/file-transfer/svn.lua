-- The server greets with a list: "( success ( minver maxver ( mechanisms ) ( capabilities ) ) ) "; the client
-- answers with its version, its capabilities and the URL as a counted string (Subversion source,
-- libsvn_ra_svn/protocol).
local greeting = any { starts "( success ( 1 2 ( ", starts "( success ( 2 2 ( " }

protocol "svn" {
  title     = "Subversion (svn://)",
  reference = "Subversion source, subversion/libsvn_ra_svn/protocol",
  category  = "file-transfer",
  also      = { "svnserve" },
  ports     = { "3690/tcp" },

  tcp { client = starts "( 2 ( ", server = greeting, alone = "server" },
  tcp { server = greeting },
  -- Joined behind the greeting, the server says that it agrees or not.
  tcp { client = matches [[^\( 2 \( [a-z0-9 -]{0,300}\) \d{1,4}:svn(?:\+[a-z0-9]+)?://]],
    server = any { starts "( success (", starts "( failure (" }, alone = "client" },

  fields {
    client = {
      [[^\( 2 \( [a-z0-9 -]{0,300}\) \d+:(?<info>svn[^\s]{1,255})]],
      [[\d+:(?<software>SVN/[^\s)]{1,60})]],
    },
  },

  example {
    client = "( 2 ( edit-pipeline svndiff1 ) 23:svn://svn.example.org/r "
      .. "32:SVN/1.14.2 (x86_64-pc-linux-gnu) ( ) ) ",
    server = "( success ( 2 2 ( ) ( edit-pipeline svndiff1 ) ) ) " },
  example { client = "( 2 ( edit-pipeline ) 23:svn://svn.example.org/r ) " },
  -- The server greets first, whoever it may be.
  example { client = "\r\n\r\n", server = "( success ( 2 2 ( ) ( edit-pipeline svndiff1 ) ) ) " },
  example { client = "( 2 ( edit-pipeline ) 23:svn://svn.example.org/r ) ",
    server = "( success ( ( ANONYMOUS ) 36:00000000-0000-0000-0000-000000000000 ) ) " },
  counterexample { client = "( 2 ( edit-pipeline ) 23:svn://svn.example.org/r ) ", server = "SSH-2.0-a\r\n" },
  counterexample { client = "( 2 ( a ) )", server = "( failure ( ) )" },
}
