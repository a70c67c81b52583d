-- A verb of four letters, a number, an end point, MGCP and its version; answers are a code and that number
-- (RFC 3435 section 3.2).  Either side asks.
local ask = all {
  any {
    starts "AUEP ", starts "AUCX ", starts "CRCX ", starts "DLCX ", starts "EPCF ", starts "MDCX ",
    starts "NTFY ",
    starts "RQNT ", starts "RSIP ", starts "MESG ",
  },
  matches [[^[A-Z]{4} \d{1,9} [^\r\n]{1,300} MGCP \d\.\d]],
}
local answer = matches [=[^[1-9]\d\d \d{1,9}[ \r\n]]=]

protocol "mgcp" {
  title     = "Media Gateway Control Protocol",
  reference = "RFC 3435 section 3.2",
  category  = "voice",
  ports     = { "2427/udp", "2727/udp" },

  udp { client = ask, server = any { answer, ask }, alone = "client" },

  fields { client = [[^[A-Z]{4} \d+ [^\r\n]{1,300} MGCP (?<protocol_version>\d\.\d)]] },

  example { client = "RSIP 1 *@gw.example.org MGCP 1.0\r\nRM: restart\r\n", server = "200 1 OK\r\n" },
  counterexample { client = "NOTIFY * HTTP/1.1\r\n\r\n" },
}
