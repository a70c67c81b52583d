-- What is said only to a proxy: CONNECT with an authority (RFC 9110 section 9.3.6), or a request whose target
-- is a whole URI (RFC 9112 section 3.2.2) with a header for proxies.  The URI alone is not enough: origin
-- servers are asked so too.
local ask = any {
  all { starts "CONNECT ", matches [[^CONNECT [^ /\r\n]{1,255}:\d{1,5} HTTP/1\.[01]\r?\n]] },
  all {
    any {
      starts "GET http://", starts "POST http://", starts "HEAD http://", starts "PUT http://",
      starts "DELETE http://",
      starts "OPTIONS http://", starts "GET https://", starts "GET ftp://", starts "PATCH http://",
    },
    matches [[^[A-Z]+ [a-z]+://[^ \r\n]+ HTTP/1\.[01]\r?\n(?:[^\r\n]+\r?\n)*?(?i:Proxy-[A-Z]+):]],
  },
}

local banner = require "banner"

-- Who answers CONNECT is the proxy itself, with an error for example; any other Server is the origin's.
local function own(m)
  local v = m.server
  local head = v:find(0, "\r\n\r\n") or v:size()
  local at = v:find(0, "\nServer: ") or v:find(0, "\nserver: ")
  if not at or at >= head or not (m.client and m.client:starts(0, "CONNECT ")) then return nil end
  local stop = v:find(at + 9, "\r\n") or v:size()
  local text = stop > at + 9 and v:bytes(at + 9, math.min(stop - at - 9, 200))
  return text and { banner = text } or nil
end

-- A name of one word or of several with capitals, and a number: Name, Name/1.2, Long Name 1.2.
local function meaning(text)
  local list, starts = banner.words(text)
  local product, i = list[1], 2
  if not product then return nil end
  while list[i] and starts[i] == starts[i - 1] + #list[i - 1] + 1 and string.byte(text, starts[i] - 1) == 32
    and string.byte(list[i]) >= 65 and string.byte(list[i]) <= 90 do
    product, i = product .. " " .. list[i], i + 1
  end
  return { product = product, version = list[i] and banner.number(list[i]) or nil }
end

protocol "http-proxy" {
  title     = "HTTP proxy",
  reference = "RFC 9110 section 9.3.6, RFC 9112 section 3.2.2",
  category  = "web",
  ports     = { "3128/tcp" },
  alternates = { "8080/tcp", "8888/tcp", "1080/tcp", "8118/tcp" },

  tcp { client = ask, server = starts "HTTP/1.", alone = "client" },
  -- The reason phrase is free, but nothing except a proxy says this one.
  tcp { server = any {
    starts_nocase "HTTP/1.0 200 Connection established", starts_nocase "HTTP/1.1 200 Connection established",
  }, alone = "server" },

  -- what CONNECT opened (RFC 9110 section 9.3.6)
  upgrade "any" {},

  fields {
    server = {
      [[^HTTP/(?<protocol_version>1\.[01]) +(?<status>\d{3})]],
      [[(?im)^Proxy-Agent:[ \t]*(?<banner>[^\r\n]*[^\s])]],
      [[(?im)^Proxy-Agent:[ \t]*(?<product>[A-Za-z][^\s/,;()]*(?: [A-Z][A-Za-z]+)*)(?:[/ ]v?(?<version>\d[\w.+-]*))?]],
      -- A proxy that passes an answer on leaves the origin's Server and names itself in the last Via (RFC
      -- 9110 section 7.6.3).
      [[(?im)^Via:[ \t]*(?:[^\r\n]*, *)?[^\r\n(,]*\((?<banner>(?<product>[A-Za-z][^\s/,;()]*)(?:/v?(?<version>\d[\w.+-]*))?[^)\r\n]*)\)]],
      own,
      [[(?im)^Via:[ \t]*(?<info>[^\r\n]+)]],
    },
    client = {
      [[^(?<method>[A-Z]+) ]],
      [[(?im)^User-Agent:[ \t]*(?<user_agent>[^\r\n]*[^\s])]],
      -- The scheme alone: what follows is a secret.
      [[(?im)^Proxy-Authorization:[ \t]*(?<login>[A-Za-z][\w-]*)]],
    },
    describe = { banner = meaning },
  },

  -- The name cannot exist (RFC 6761 section 6.4): a proxy says so, a web server refuses the method.
  probe { after = "http", send = "CONNECT offport.invalid:443 HTTP/1.1\r\nHost: offport.invalid:443\r\n\r\n",
    answer = [[^HTTP/1\.[01] (?:200|403|407|50[0234])]] },

  example { client = "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\n\r\n" },
  example { client = "GET http://example.org/ HTTP/1.1\r\nHost: example.org\r\nProxy-Connection: close\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\n\r\n" },
  example {
    server = "HTTP/1.0 200 Connection established\r\nProxy-agent: tinyproxy/1.11.1\r\n\r\n" },
  -- An answer that was passed on, and one of the proxy's own.
  example { client = "GET http://example.org/ HTTP/1.1\r\nHost: example.org\r\n" ..
      "Proxy-Authorization: Basic bWU6c2VjcmV0\r\nUser-Agent: curl/7.88.1\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\nServer: Apache\r\n" ..
      "Via: 1.1 proxy.example.org (squid/5.7)\r\n\r\n" },
  example { client = "CONNECT example.org:25 HTTP/1.1\r\nHost: example.org:25\r\n\r\n",
    server = "HTTP/1.0 403 Access violation\r\nServer: tinyproxy/1.11.1\r\n" ..
      "Content-Type: text/html\r\nConnection: close\r\n\r\n" },
  counterexample { client = "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\n\r\n" },
  counterexample { client = "GET http://example.org/ HTTP/1.1\r\nHost: example.org\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\n\r\n" },
  counterexample { client = "GET /fetch?u=http://example.org/ HTTP/1.1\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\n\r\n" },
}
