-- RTSP or HTTP; the receiver calls itself AirTunes in its Server header (Unofficial AirPlay protocol
-- specification; RAOP).
protocol "airplay" {
  title     = "AirPlay (RAOP)",
  reference = "Unofficial AirPlay protocol specification, RAOP and HTTP services",
  category  = "media",
  ports     = { "7000/tcp", "5000/tcp" },
  alternates = { "7100/tcp", "49152-49159/tcp" },

  tcp { server = all { any { starts "RTSP/1.0 ", starts "HTTP/1.1 " }, header "Server: AirTunes/" },
    alone = "server" },
  tcp { client = all { any { starts "GET /", starts "POST /" },
          matches [[^[A-Z]+ /(?:info|pair-[a-z-]{5,9}|fp-setup|auth-setup|feedback) RTSP/1\.0\r\n]] },
        server = any { starts "RTSP/1.0 ", starts "HTTP/1." }, alone = "client" },

  fields {
    server = [[(?im)^Server:[ \t]*(?<banner>(?<product>AirTunes)/(?<version>[\d.]+)[^\r\n]*)]],
    client = [[(?im)^User-Agent:[ \t]*(?<user_agent>[^\r\n]*[^\s])]],
  },

  example { client = "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n",
    server = "RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: AirTunes/220.68\r\n\r\n" },
  example { client = "GET /info RTSP/1.0\r\nCSeq: 0\r\nUser-Agent: AirPlay/595.13.1\r\n\r\n" },
  counterexample { client = "OPTIONS rtsp://192.0.2.1/a RTSP/1.0\r\nCSeq: 1\r\n\r\n",
    server = "RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: GStreamer RTSP server\r\n\r\n" },
}
