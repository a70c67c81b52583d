-- Nodes: "ES", a length, a request id of 8 bytes, a status (1 response, 2 error, 4 compressed, 8 handshake),
-- a version; -1 as the length is a ping (TcpHeader of Elasticsearch and OpenSearch).  Clients use HTTP and
-- are told the product's name.
local function frame(v)
  local length = v:u32(2)
  if length == 0xFFFFFFFF then return v:size() == 6 or v:starts(6, "ES") end
  local version = v:u32(15)
  if not version then return more end
  -- Versions are decimal: 6.8.4 is 6080499.  OpenSearch flips one high bit.
  version = version & 0x07FFFFFF
  return length >= 13 and version >= 1000000 and version < 30000000
end

local function check(m)
  local a, b = not m.client or frame(m.client), not m.server or frame(m.server)
  if a == true and b == true then return true end
  return a and b and more or false
end

local node = any { bytes "45 53 00 ?? ?? ?? 00 00 ?? ?? ?? ?? ?? ?? 0? ?? ??", bytes "45 53 FF FF FF FF" }
-- What the root answers, always in JSON.
local answer = all { header "Content-Type: application/json",
  matches [[(?s)^HTTP/1\.[01] 200.{20,1400}?"tagline" ?: ?"(?:You Know, for Search|The OpenSearch Project: )]] }

protocol "elasticsearch" {
  title     = "Elasticsearch and OpenSearch",
  reference = "Elasticsearch: org.elasticsearch.transport.TcpHeader, root API",
  category  = "database",
  ports     = { "9200/tcp", "9300/tcp" },
  alternates = { "9201-9210/tcp", "9301-9310/tcp" },

  tcp { either = node, alone = { "client", "server" }, check = check },
  -- A header since 7.14; before, and for OpenSearch, the line that the root answers with.
  tcp { server = all { starts "HTTP/1.", header "X-elastic-product: Elasticsearch" }, alone = "server" },
  tcp { client = any { starts "GET / HTTP/1.", starts "GET /?pretty" }, server = answer, alone = "server" },

  fields {
    server = {
      [["number" ?: ?"(?<version>\d[\w.-]*)"]],
      [["cluster_name" ?: ?"(?<info>[^"]*)"]],
      [["tagline" ?: ?"(?:The )?(?<product>OpenSearch)]],
      [[(?im)^X-elastic-product: (?<product>Elasticsearch)]],
    },
  },

  example { client = hex "45 53 00 00 00 0D 00 00 00 00 00 00 00 01 08 00 5C C6 63",
    server = hex "45 53 00 00 00 0D 00 00 00 00 00 00 00 01 09 00 5C C6 63" },
  example { client = "GET / HTTP/1.1\r\n\r\n",
      server = "HTTP/1.1 200 OK\r\nX-elastic-product: Elasticsearch\r\n\r\n" },
  example { client = "GET / HTTP/1.1\r\n\r\n",
      server = "HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=UTF-8\r\n\r\n" ..
    '{\n  "name" : "n1",\n  "cluster_name" : "logs",\n' ..
    '  "version" : {\n    "number" : "7.10.2"\n  },\n' ..
    '  "tagline" : "You Know, for Search"\n}\n' },
  example { client = "GET / HTTP/1.1\r\n\r\n",
      server = "HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=UTF-8\r\n\r\n" ..
    '{\n  "version" : {\n    "distribution" : "opensearch",\n    "number" : "2.11.0"\n  },\n' ..
    '  "tagline" : "The OpenSearch Project: https://opensearch.org/"\n}\n' },
  counterexample { client = "ESTABLISH 1\r\nmore words here\r\n", server = "ESTABLISHED\r\n" },
  counterexample { client = "GET / HTTP/1.1\r\n\r\n",
      server = "HTTP/1.1 200 OK\r\n\r\nYou Know, for Search" },
}
