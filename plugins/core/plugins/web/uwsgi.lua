-- What is asked for (modifier 1: 0 Python, 5 Perl, 6 Lua, 7 Ruby, 8 Java, 9 CGI, 14 PHP, 15 Mono), the length of all
-- variables, little end first, a zero; then names and values with a length of two bytes each, as those of CGI.  The
-- answer is HTTP's.
protocol "uwsgi" {
  title     = "uWSGI",
  reference = "uWSGI documentation, the uwsgi protocol",
  category  = "web",
  -- The documentation's examples use it.
  ports     = { "3031/tcp" },

  tcp { client = all { bytes "[00,05-09,0E-0F] ?? ?? 00 [04-FF] 00 [41-5A]", contains "\x0E\0REQUEST_METHOD" },
    server = starts "HTTP/1.", alone = "client" },
  -- A long query first puts the method out of sight.
  tcp { client = all { bytes "[00,05-09,0E-0F] ?? ?? 00", at(4, starts "\x0C\0QUERY_STRING") },
    server = starts "HTTP/1.", alone = "client" },

  fields { server = [[(?im)^Server:[ \t]*(?<banner>[^\r\n]*[^\s])]] },

  example { client = "\0\x2D\0\0\x0E\0REQUEST_METHOD\3\0GET\x0B\0REQUEST_URI\1\0/",
    server = "HTTP/1.1 200 OK\r\nServer: Shop/1.2\r\n\r\nhello" },
  example { client = "\0\x2D\0\0\x0E\0REQUEST_METHOD\3\0GET\x0B\0REQUEST_URI\1\0/" },
  example { client = "\0\xD5\4\0\x0C\0QUERY_STRING\xB0\4" .. string.rep("q", 1200)
      .. "\x0E\0REQUEST_METHOD\3\0GET",
    server = "HTTP/1.1 200 OK\r\n\r\nhello" },
  example { client = "\0\x41\0\0\x27\0HTTP_X_A_HEADER_WITH_A_RATHER_LONG_NAME\1\0a"
      .. "\x0E\0REQUEST_METHOD\3\0GET",
    server = "HTTP/1.1 200 OK\r\n\r\nhello" },
  -- Ruby, and PHP.
  example { client = "\7\x2D\0\0\x0E\0REQUEST_METHOD\3\0GET\x0B\0REQUEST_URI\1\0/",
    server = "HTTP/1.1 200 OK\r\n\r\nhello" },
  example { client = "\x0E\xD5\4\0\x0C\0QUERY_STRING\xB0\4" .. string.rep("q", 1200)
      .. "\x0E\0REQUEST_METHOD\3\0GET",
    server = "HTTP/1.1 200 OK\r\n\r\nhello" },
  counterexample { client = "GET /?REQUEST_METHOD HTTP/1.1\r\n\r\n", server = "HTTP/1.1 200 OK\r\n\r\n" },
}
