-- Version 3 is gRPC: its paths begin with /etcdserverpb, as they are or in the Huffman code of HPACK (RFC
-- 7541 appendix B).  That shows when the first request follows the preface at once; else it stays http2.
-- The web interface and version 2 name the cluster in a header, and /version tells both versions.
local path = any { contains "\x60\xA9\x24\x88\x2D\x9D\xCB\x65\x71", contains "/etcdserverpb." }

protocol "etcd" {
  title     = "etcd",
  reference = "etcd API reference (etcdserverpb), v2 API: response headers; RFC 7541 appendix B",
  category  = "network",
  ports     = { "2379/tcp", "2380/tcp" },
  alternates = { "4001/tcp" },

  tcp { client = all { starts "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", path },
    server = bytes "00 0? ?? 04 0? 00 00 00 00",
        alone = "client" },
  tcp { server = all { starts "HTTP/1.", header "X-Etcd-Cluster-Id:" }, alone = "server" },
  tcp { client = starts "GET /version HTTP/1.", server = all { header "Content-Type: application/json",
    matches [[(?s)^HTTP/1\.[01] 200.{2,500}?\n\{"etcdserver":"\d[\w.+-]*","etcdcluster":"]] },
        alone = "server" },

  fields { server = [["etcdserver":"(?<version>\d[\w.+-]*)"]] },

  example { client = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0\0\0\x20\1\4\0\0\0\1\x83\x44\x90" ..
      hex "60 A9 24 88 2D 9D CB 65 71 AF 9B 8B 1B 47 54 C5 5F 8B 1D 75 D0 62 0D 26 3D 4C 4D 65 64",
          server = "\0\0\0\4\0\0\0\0\0" },
  example { client = "GET /version HTTP/1.1\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" ..
        [[{"etcdserver":"3.5.9","etcdcluster":"3.5.0"}]] },
  example { client = "GET /v2/keys HTTP/1.1\r\n\r\n",
      server = "HTTP/1.1 200 OK\r\nX-Etcd-Cluster-Id: 7e27\r\n\r\n{}" },
  counterexample { client = "GET /version HTTP/1.1\r\n\r\n", server = "HTTP/1.1 200 OK\r\n\r\n{}" },
}
