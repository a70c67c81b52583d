-- The two halves of nxproxy begin with their name, a version and options (nx-libs, nxcomp: Loop.cpp).  Those of
-- NoMachine, from version 4 on, say NXSH (client) or NXD and their version in a line; then TLS follows.
local hello = matches [[^NXPROXY-\d{1,2}\.\d{1,2}\.\d{1,3}]]

protocol "nx" {
  title     = "NX compression proxy",
  reference = "nx-libs source, nxcomp (proxy version handshake)",
  category  = "remote-access",
  ports     = { "4000-4010/tcp" },
  alternates = { "14000-14010/tcp" },

  tcp { either = hello, alone = { "client", "server" } },
  tcp { client = matches [[^NXSH-\d{1,2}\.\d{1,2}\.\d{1,4}\n]],
    server = matches [[^NXD-\d{1,2}\.\d{1,2}\.\d{1,4}\n]], alone = { "client", "server" } },

  upgrade "tls" {},

  fields {
    server = { [[^NXPROXY-(?<version>\d+\.\d+\.\d+)]], [[^(?<banner>NXD-(?<version>\d+\.\d+\.\d+))\n]] },
    client = { [[^(?<software>NXPROXY)-]], [[^(?<software>NXSH)-(?<version>\d+\.\d+\.\d+)\n]] },
    describe = { banner = function() return { product = "NoMachine", vendor = "NoMachine" } end },
  },

  example { client = "NXPROXY-3.5.0-3.5.99 cookie=0\n", server = "NXPROXY-3.5.99\n" },
  example { client = "NXSH-9.0.1\n", server = "NXD-9.0.2\n" },
  counterexample { server = "NXSH-9.0.1\n" },
  counterexample { client = "NXD-9.0.2\n" },
  counterexample { client = "NXSH-9\n", server = "NXD-hello\n" },
  counterexample { client = "NXPROXY hello\n", server = "hello\n" },
}
