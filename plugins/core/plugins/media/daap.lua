-- HTTP whose answers name the server twice: DAAP-Server, and bodies of the type x-dmap-tagged (Digital Audio
-- Access Protocol).
protocol "daap" {
  title     = "Digital Audio Access Protocol",
  reference = "DAAP documentation; forked-daapd (OwnTone), httpd_daap.c",
  category  = "media",
  ports     = { "3689/tcp" },

  tcp { server = all { starts "HTTP/1.1 ",
    header "DAAP-Server: " },
        alone = "server" },
  tcp { client = starts "GET daap://", server = starts "HTTP/1.", alone = "client" },

  fields { server = [[(?m)^DAAP-Server: (?<banner>(?<product>[^\s/]+)/(?<version>[^\s]+)[^\r\n]*)]] },

  example { client = "GET /server-info HTTP/1.1\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\nDate: Mon\r\nDAAP-Server: iTunes/12.1 (Windows)\r\nContent-Type: \z
      application/x-dmap-tagged\r\n\r\n" },
  example { client = "GET daap://192.0.2.1:3689/databases/1/items HTTP/1.1\r\n\r\n" },
  counterexample { client = "GET /server-info HTTP/1.1\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\nServer: Apache\r\n\r\n" },
}
