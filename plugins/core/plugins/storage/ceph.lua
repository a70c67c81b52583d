-- Both sides open with a banner: "ceph v027" in the first messenger, "ceph v2" and a line feed in the second
-- (Ceph documentation, "Network protocol" and "msgr2").
local banner = any { starts "ceph v027", starts "ceph v2\n" }

protocol "ceph" {
  title     = "Ceph messenger",
  reference = "Ceph documentation, dev/network-protocol and dev/msgr2",
  category  = "storage",
  ports     = { "3300/tcp", "6789/tcp" },
  -- Its daemons take the first free port of these, others are at home on some.
  shares    = { "6800-7568/tcp" },

  tcp { either = banner, alone = { "client", "server" } },

  fields { server = [[^(?<banner>ceph v(?<protocol_version>\d+))]] },

  example { client = "ceph v2\n\x10\0", server = "ceph v2\n\x10\0" },
  example { server = "ceph v027\0\0\0\0" },
  counterexample { server = "ceph v9\n" },
}
