-- Nodes of a cluster speak to each other in messages of a signature, a length, a version (0 or 1), a port and
-- a type (Redis and Valkey source, cluster_legacy.h; Redis cluster specification, the cluster bus).
-- The top bit of the type stands for Valkey's short headers.
local message = bytes "52 43 6D 62 00 ?? ?? ?? 00 [00,01] ?? ?? [00,80] [00-0F]"

protocol "redis-cluster" {
  title     = "Redis cluster bus",
  reference = "Redis cluster specification, the cluster bus; Redis source, cluster_legacy.h",
  category  = "database",
  ports     = { "16379/tcp" },

  tcp { client = message, server = message, alone = { "client", "server" } },

  -- Meet (2) and pong (1).
  example { client = hex "52 43 6D 62 00 00 08 D0 00 01 18 EB 00 02 00 00" .. string.rep("\0", 24),
    server = hex "52 43 6D 62 00 00 08 D0 00 01 18 EC 00 01 00 00" .. string.rep("\0", 24) },
  counterexample { client = hex "52 43 6D 62 00 00 08 D0 00 02 18 EB 00 02 00 00" },
  counterexample { client = "RCmb is no word\r\n", server = "ERR\r\n" },
}
