-- A request line, method SP sip:address SP SIP/2.0, or a status line, SIP/2.0 SP code (RFC 3261 section 7).  Either side may
-- ask, so a server's first words may be a request.
local request = all {
  any {
    starts "INVITE ", starts "REGISTER ", starts "OPTIONS ", starts "ACK ", starts "BYE ", starts "CANCEL ",
      starts "NOTIFY ",
    starts "SUBSCRIBE ", starts "MESSAGE ", starts "INFO ", starts "PUBLISH ", starts "REFER ", starts "UPDATE ",
      starts "PRACK ",
  },
  matches [[^[A-Z]+ (?:sips?|tel|urn|\*)[^\r\n]{0,500} SIP/2\.0\r?\n]],
}
local status = matches [=[^SIP/2\.0 [1-6][0-9][0-9][ \r\n]]=]

protocol "sip" {
  title     = "Session Initiation Protocol",
  reference = "RFC 3261 section 7",
  category  = "voice",
  ports     = { "5060/udp", "5060/tcp", "5061/udp" },
  alternates = { "5062/udp", "5062/tcp", "5070/udp", "5080/udp", "5080/tcp" },

  udp { client = any { request, status }, server = any { request, status }, alone = { "client", "server" } },
  tcp { client = any { request, status }, server = any { request, status }, alone = { "client", "server" } },

  fields {
    server = {
      [[(?im)^(?:Server|User-Agent):[ \t]*(?<banner>[^\r\n]*[^\s])]],
      [[(?im)^(?:Server|User-Agent):[ \t]*(?<product>[A-Za-z][A-Za-z]*(?:[ -][A-Za-z]+)*)]],
      [[(?im)^(?:Server|User-Agent):[ \t]*[A-Za-z][^\d\r\n]*?[/ (-]v?(?<version>\d+\.\d[\w.]*)]],
    },
    client = [[(?im)^User-Agent:[ \t]*(?<user_agent>[^\r\n]*[^\s])]],
  },

  example { client = "REGISTER sip:example.org SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1\r\n\r\n",
    server = "SIP/2.0 200 OK\r\n\r\n" },
  example { client = "OPTIONS sip:a@example.org SIP/2.0\r\n\r\n" },
  counterexample { client = "OPTIONS * HTTP/1.1\r\n\r\n", server = "HTTP/1.1 200 OK\r\n\r\n" },
  counterexample { client = "OPTIONS rtsp://example.org/a RTSP/1.0\r\n\r\n", server = "RTSP/1.0 200 OK\r\n\r\n" },
}
