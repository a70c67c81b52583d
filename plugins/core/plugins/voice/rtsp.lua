-- HTTP's form with its own version: method SP rtsp://... SP RTSP/1.0, answered by RTSP/1.0 SP code (RFC 2326 sections 6, 7).
protocol "rtsp" {
  title     = "Real Time Streaming Protocol",
  reference = "RFC 2326 sections 6 and 7, RFC 7826",
  category  = "voice",
  ports     = { "554/tcp" },
  alternates = { "8554/tcp", "7070/tcp", "10554/tcp" },

  tcp { client = any { starts "OPTIONS ", starts "DESCRIBE ", starts "SETUP ", starts "PLAY ", starts "ANNOUNCE ",
    starts "RECORD ", starts "TEARDOWN ", starts "GET_PARAMETER ", starts "SET_PARAMETER ", starts "PAUSE " },
        server = starts "RTSP/" },
  tcp { server = matches [[^RTSP/[12]\.0 [1-5][0-9][0-9] ]], alone = "server" },
  tcp { client = all { any { starts "OPTIONS ", starts "DESCRIBE ", starts "SETUP ", starts "PLAY ",
    starts "ANNOUNCE " }, matches [[^[A-Z]+ (?:rtsp|rtspu|\*)[^\r\n]{0,500} RTSP/[12]\.0\r?\n]] }, alone = "client" },

  fields {
    server = {
      [[(?im)^Server:[ \t]*(?<banner>[^\r\n]*[^\s])]],
      [[(?im)^Server:[ \t]*(?<product>[A-Za-z][^\s/,;()]*(?: [A-Za-z][^\s/,;()]*)*)(?:[/ ]v?(?<version>\d[\w.+-]*))?]],
    },
    client = [[(?im)^User-Agent:[ \t]*(?<user_agent>[^\r\n]*[^\s])]],
  },

  example { client = "OPTIONS rtsp://192.0.2.1/a RTSP/1.0\r\nCSeq: 1\r\n\r\n",
    server = "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n" },
  counterexample { client = "OPTIONS * HTTP/1.1\r\n\r\n", server = "HTTP/1.1 200 OK\r\n\r\n" },
}
