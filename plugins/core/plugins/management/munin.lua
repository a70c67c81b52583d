-- The node speaks first: "# munin node at NAME" (Munin guide, protocol: network traffic).
protocol "munin" {
  title     = "Munin node",
  reference = "Munin guide: data exchange between master and node",
  category  = "management",
  ports     = { "4949/tcp" },

  tcp { server = starts "# munin node at ", alone = "server" },

  fields { server = { [[^(?<banner># munin node at (?<hostname>[^\s]+))]],
    [[(?m)^munins? node on [^\s]+ version: (?<version>[\w.\-]+)]] } },

  example { client = "version\n",
    server = "# munin node at web1.example.org\n"
      .. "munins node on web1.example.org version: 2.0.57\n" },
  counterexample { client = "list\n", server = "# server ready\n" },
}
