-- The files themselves: bytes of any kind, on a connection that an FTP session announced; `expect_flow` in
-- ftp.lua gives these flows their name.  Only a directory is ever recognised without its session: LIST
-- answers as "ls -l" does, with CR LF.
local listing = all {
  any { starts "total ", starts "-r", starts "dr", starts "lr", starts "-w", starts "--" },
  matches [[^(?:total \d+\r\n)?[dl-][rwxsStT-]{9}[+.@]? +\d+ +\S+ +\S+ +\d+ [A-Z][a-z]{2} [ \d]\d [^\r\n]+\r\n]],
}

protocol "ftp-data" {
  title     = "FTP data connection",
  reference = "RFC 959 sections 3.2 and 4.1.3",
  category  = "file-transfer",
  dynamic   = true,

  -- Whoever opened the connection, only the server speaks; active mode makes it the one that connects.
  tcp { server = listing, alone = "server" },
  tcp { client = listing, alone = "client" },

  example { server = "-rw-r--r--   1 ftp  ftp   1024 Jan 01 12:00 README\r\n" },
  example { client = "total 8\r\ndrwxr-xr-x   2 0        0            4096 Mar 14 09:26 pub\r\n" },
  counterexample { server = "-rw-r--r-- README\r\n" },
  counterexample { server = "220 ready\r\n" },
}
