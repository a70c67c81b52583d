-- A status line with ICY where HTTP has its version, then icy- headers; sources say a password, answered OK2
-- (SHOUTcast DNAS).
protocol "shoutcast" {
  title     = "SHOUTcast (ICY)",
  reference = "SHOUTcast DNAS, ICY protocol",
  category  = "media",
  ports     = { "8000/tcp" },
  alternates = { "8001-8010/tcp", "80/tcp", "8080/tcp" },

  tcp { server = matches [[^ICY [1-5]\d\d ]], alone = "server" },
  tcp { server = starts "OK2\r\nicy-caps:", alone = "server" },

  fields { server = [[(?m)^icy-name: ?(?<info>[^\r\n]+)]],
    client = [[(?im)^User-Agent:[ \t]*(?<user_agent>[^\r\n]*[^\s])]] },

  example { client = "GET / HTTP/1.0\r\nUser-Agent: WinampMPEG/5.8\r\nIcy-MetaData: 1\r\n\r\n",
    server = "ICY 200 OK\r\nicy-name: demo\r\n\r\n" },
  example { client = "secret\r\nicy-name: demo\r\n", server = "OK2\r\nicy-caps:11\r\n\r\n" },
  counterexample { client = "GET / HTTP/1.0\r\nIcy-MetaData: 1\r\n\r\n",
    server = "HTTP/1.0 200 OK\r\nicy-name: demo\r\n\r\n" },
}
