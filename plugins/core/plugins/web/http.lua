-- A request line, method SP target SP HTTP/1.x, is answered by a status line, HTTP/1.x SP three digits.

-- RFC 9110 section 9, RFC 5789 (PATCH), WebDAV (RFC 4918, 3253, 3744, 5323) and RPC over HTTP.
local method = any {
  starts "GET ", starts "HEAD ", starts "POST ", starts "PUT ", starts "DELETE ", starts "OPTIONS ", starts "TRACE ",
  starts "PATCH ", starts "PROPFIND ", starts "PROPPATCH ", starts "MKCOL ", starts "COPY ", starts "MOVE ",
  starts "LOCK ", starts "UNLOCK ", starts "REPORT ", starts "SEARCH ", starts "SUBSCRIBE ", starts "UNSUBSCRIBE ",
  starts "NOTIFY ", starts "CHECKOUT ", starts "MKACTIVITY ", starts "MERGE ", starts "ACL ", starts "BIND ",
  starts "RPC_IN_DATA ", starts "RPC_OUT_DATA ",
}
-- The version must end the line: RTSP and SIP have lines of the same form.  Targets begin with a slash, are `*`, or are a
-- whole URI (RFC 9112 section 3.2); with a header for proxies that is http-proxy, which asks for more and so wins.
-- A very long target hides its version; nothing else has a line of 1,000 characters here.
local whole = matches [[^[A-Z_]+ {1,2}(?:/|\*|[a-z]+://)(?:[^\r\n]{0,1000}? {1,2}HTTP/1\.[01]\r?\n|[^\r\n]{1000})]]
local request = all { method, whole }

local status = matches [[^HTTP/1\.[01] {1,2}[1-5][0-9][0-9](?:[ \r\n]|$)]]
-- Servers that break the rules but still say HTTP: lower case, lines before the status, HTML without any status.
local roughly = any {
  starts_nocase "HTTP/", line "HTTP/1.", line " HTTP/1.", starts_nocase "<!DOCTYPE HTML", starts_nocase "<HTML",
}

-- What a proxy is asked (see http-proxy), how it says that a tunnel stands, and HTTP/2 without TLS.
local asks_other = any {
  all { starts "CONNECT ", matches [[^CONNECT [^ /\r\n]{1,255}:\d{1,5} ]] },
  starts "PRI * HTTP/2.0",
  -- A whole URI may be asked of a proxy: that shows when the head is complete.
  all { any { starts "GET http", starts "POST http", starts "HEAD http" }, none { matches [[^[^\n]+\n(?:[^\r\n]+\r?\n)*\r?\n]] } },
}
local tunnel_stands = any {
  starts_nocase "HTTP/1.0 200 Connection established", starts_nocase "HTTP/1.1 200 Connection established",
}

protocol "http" {
  title     = "Hypertext Transfer Protocol",
  reference = "RFC 9112 sections 3 and 4",
  category  = "web",
  ports     = { "80/tcp" },
  alternates = {
    "81/tcp", "591/tcp", "3000/tcp", "5000/tcp", "8000/tcp", "8008/tcp", "8080-8083/tcp", "8088/tcp", "8888/tcp",
    "9080/tcp", "9090/tcp",
  },

  -- A server that answers in HTTP is a web server, whatever it was asked, unless it was asked as a proxy.
  tcp { client = none { asks_other }, server = all { status, none { tunnel_stands } }, alone = "server" },
  tcp { client = request, server = roughly, alone = "client" },

  fields {
    server = {
      [[^HTTP/(?<protocol_version>1\.[01])]],
      -- The product's words end before its version, which a slash, a blank, a hyphen or "/v" announces.
      [[(?im)^Server:[ \t]*(?=\S)(?<banner>(?<product>[A-Za-z](?:[A-Za-z_+.]|-(?!\d)|\d+(?=[A-Za-z]))*(?: (?!v\d)[A-Za-z][A-Za-z_+.-]*)*)?(?:[/ (-]v?(?<version>\d[\w.+]*))?(?:[^\r\n(]*\((?<os>Ubuntu|Debian|CentOS|Red ?Hat[^)]*|Fedora|FreeBSD|Unix|Win32|Win64|Windows)\b)?(?:[^\r\n]*[^\s])?)]],
      [[(?im)^X-Powered-By:[ \t]*(?<info>[^\r\n]+)]],
    },
    client = {
      [[(?im)^User-Agent:[ \t]*(?<user_agent>[^\r\n]*[^\s])]],
      [[(?im)^Host:[ \t]*(?<hostname>[^\s:]+|\[[^\]\s]+\])]],
    },
  },

  example { client = "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\nServer: Demo/1.0\r\n\r\n" },
  example { client = "PROPFIND /dav/ HTTP/1.1\r\nHost: example.org\r\n\r\n" },
  example { server = "HTTP/1.0 404 Not Found\r\n\r\n" },
  example { client = "no such method\r\n\r\n", server = "HTTP/1.1 400 Bad Request\r\n\r\n" },
  example { client = "GET http://example.org/ HTTP/1.1\r\n\r\n", server = "HTTP/1.1 200 OK\r\n\r\n" },
  counterexample { client = "GET / HTTP/1.1\r\n\r\n", server = "SSH-2.0-OpenSSH_9.6\r\n" },
  counterexample { client = "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n", server = "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n" },
  counterexample { client = "OPTIONS sip:a@example.org SIP/2.0\r\n\r\n", server = "SIP/2.0 200 OK\r\n\r\n" },
  counterexample { client = "CONNECT example.org:443 HTTP/1.1\r\n\r\n", server = "HTTP/1.1 200 OK\r\n\r\n" },
  counterexample { client = "GET /\r\n" },
}
