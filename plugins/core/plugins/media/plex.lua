-- Players and servers find each other in the manner of SSDP with HTTP/1.0 and their own content types (Plex
-- GDM); the server's API answers with X-Plex-Protocol.
protocol "plex" {
  title     = "Plex",
  reference = "python-plexapi, plexapi/gdm.py; Plex Media Server URL commands",
  category  = "media",
  ports     = { "32400/tcp", "32410/udp", "32412-32414/udp" },

  udp { client = starts "M-SEARCH * HTTP/1.", alone = "server",
        server = all { starts "HTTP/1.0 200 OK\r\n", header "Content-Type: plex/media-" } },
  udp { client = all { any { starts "HELLO * HTTP/1.0\r\n", starts "BYE * HTTP/1.0\r\n" },
          contains "Content-Type: plex/media-" },
    alone = "client" },
  tcp { server = all { starts "HTTP/1.1 ", header "X-Plex-Protocol: " },
    alone = "server" },

  fields { server = { [[(?m)^Name: (?<hostname>[^\r\n]+)]], [[(?m)^Version: (?<version>[^\r\n]+)]],
    [[(?m)^Product: (?<product>[^\r\n]+)]] } },

  example { client = "M-SEARCH * HTTP/1.0\r\n\r\n", transport = "udp",
    server = "HTTP/1.0 200 OK\r\nContent-Type: plex/media-server\r\nName: demo\r\nPort: 32400\r\nVersion: \z
      1.32\r\n\r\n" },
  example { client = "M-SEARCH * HTTP/1.0\r\n\r\n", transport = "udp",
    server = "HTTP/1.0 200 OK\r\nContent-Type: plex/media-player\r\nName: Lounge\r\n\z
      Port: 32433\r\nProduct: Plex for Samsung\r\nProtocol: plex\r\nVersion: 5.79.1\r\n\r\n" },
  example { client = "HELLO * HTTP/1.0\r\nContent-Type: plex/media-player\r\nName: demo\r\n\r\n",
    transport = "udp" },
  example { client = "GET / HTTP/1.1\r\n\r\n",
    server = "HTTP/1.1 401 Unauthorized\r\nX-Plex-Protocol: 1.0\r\nContent-Length: 0\r\n\r\n" },
  counterexample { client = "M-SEARCH * HTTP/1.1\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\n\r\n",
    transport = "udp" },
}
