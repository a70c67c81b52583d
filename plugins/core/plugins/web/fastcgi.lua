-- Records: version 1, a type, a request id, a length, padding, zero.  A web server begins a request (type 1,
-- eight bytes: a role, flags, five zeros) or asks for values (9); the application answers output (6), errors
-- (7), the end (3) or values (10).
protocol "fastcgi" {
  title     = "FastCGI",
  reference = "FastCGI specification sections 3.3, 4.1 and 5.1",
  category  = "web",
  ports     = { "9000/tcp" },
  alternates = { "9001/tcp" },

  tcp { client = bytes "01 01 ?? ?? 00 08 00 00 00 [01-03] [00-01] 00 00 00 00 00",
    server = any { bytes "01 06 ?? ?? ?? ?? ?? ??", bytes "01 07 ?? ?? ?? ?? ?? ??",
        bytes "01 03 ?? ?? 00 08 ?? ??" },
    alone = "client" },
  tcp { client = bytes "01 09 00 00 00 ?? ?? ??", server = bytes "01 0A 00 00 ?? ?? ?? ??" },

  fields {
    client = {
      [[(?s)\x0f.SERVER_SOFTWARE(?<software>[A-Za-z][\w.-]*(?:/\d[\w.]*)?)]],
      [[(?s)\x0f[\x01-\x7f]SCRIPT_FILENAME(?<info>/[\x21-\x7e]*?)(?=[^\x21-\x7e]|$)]],
    },
    server = [[(?i)X-Powered-By:[ \t]*(?<banner>(?<product>[A-Za-z]+)(?:/(?<version>\d[\w.+-]*))?)]],
  },

  example { client = hex "01 01 00 01 00 08 00 00 00 01 00 00 00 00 00 00 01 04 00 01 00 00 00 00",
    server = hex "01 06 00 01 00 10 00 00" .. "Status: 200 OK\r\n" },
  -- Parameters (4) are two lengths, a name and its value; records are filled up to eight bytes.
  example { client = hex "01 01 00 01 00 08 00 00 00 01 00 00 00 00 00 00" ..
      hex "01 04 00 01 00 53 05 00" .. "\x0F\x12SCRIPT_FILENAME/srv/www/index.php" ..
      "\x0E\3REQUEST_METHODGET\x0F\x0CSERVER_SOFTWAREnginx/1.24.0\0\0\0\0\0" ..
      hex "01 04 00 01 00 00 00 00 01 05 00 01 00 00 00 00",
    server = hex "01 06 00 01 00 48 00 00" ..
      "X-Powered-By: PHP/8.2.7\r\nContent-type: text/html; charset=UTF-8\r\n\r\nhello" ..
      hex "01 03 00 01 00 08 00 00 00 00 00 00 00 00 00 00" },
  example { client = hex "01 09 00 00 00 11 00 00 0F 00" .. "FCGI_MPXS_CONNS",
      server = hex "01 0A 00 00 00 12 00 00 0F 01" ..
    "FCGI_MPXS_CONNS0" },
  counterexample { client = hex "01 01 00 01 00 08 00 00 00 09 00 00 00 00 00 00" },
}
