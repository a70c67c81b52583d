-- A zero (modifier 1: a request of the web), the length of all variables, little end first, another zero; then
-- names and values with a length of two bytes each, as those of CGI.  The answer is HTTP's.
protocol "uwsgi" {
  title     = "uWSGI",
  reference = "uWSGI documentation, the uwsgi protocol",
  category  = "web",
  -- The documentation's examples use it.
  ports     = { "3031/tcp" },

  tcp { client = all { bytes "00 ?? ?? 00 [04-20] 00 [41-5A]", contains "\x0E\0REQUEST_METHOD" },
    server = starts "HTTP/1.", alone = "client" },

  fields { server = [[(?im)^Server:[ \t]*(?<banner>[^\r\n]*[^\s])]] },

  example { client = "\0\x2D\0\0\x0E\0REQUEST_METHOD\3\0GET\x0B\0REQUEST_URI\1\0/",
    server = "HTTP/1.1 200 OK\r\nServer: Shop/1.2\r\n\r\nhello" },
  example { client = "\0\x2D\0\0\x0E\0REQUEST_METHOD\3\0GET\x0B\0REQUEST_URI\1\0/" },
  counterexample { client = "GET /?REQUEST_METHOD HTTP/1.1\r\n\r\n", server = "HTTP/1.1 200 OK\r\n\r\n" },
}
