-- The two halves of nxproxy begin with their name, a version and options (nx-libs, nxcomp: Loop.cpp).
local hello = matches [[^NXPROXY-\d{1,2}\.\d{1,2}\.\d{1,3}]]

protocol "nx" {
  title     = "NX compression proxy",
  reference = "nx-libs source, nxcomp (proxy version handshake)",
  category  = "remote-access",
  ports     = { "4000-4010/tcp" },
  alternates = { "14000-14010/tcp" },

  tcp { either = hello, alone = { "client", "server" } },

  fields { server = [[^NXPROXY-(?<version>\d+\.\d+\.\d+)]], client = [[^(?<software>NXPROXY)-]] },

  example { client = "NXPROXY-3.5.0-3.5.99 cookie=0\n", server = "NXPROXY-3.5.99\n" },
  counterexample { client = "NXPROXY hello\n", server = "hello\n" },
}
