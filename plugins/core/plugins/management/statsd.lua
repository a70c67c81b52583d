-- "name:value|type", one or more lines; the types are c, g, ms, s, h, d and m, then a rate and tags may
-- follow (statsd, metric types; DogStatsD adds tags, events _e{n,m}: and service checks _sc|).  Nothing is
-- ever answered.
local name   = [[^[A-Za-z][\w.\-/ ]{1,250}(?:[,;][\w.,=;:\-/]{1,200})?:]]
local number = [=[[+-]?\d{1,20}(?:\.\d{1,20})?(?:e[+-]?\d+)?]=]
local metric = matches(name .. number .. [[\|(?:c|g|ms|s|h|d|m)(?:\|[@#cTe][^\r\n]*)?(?:\r?\n|$)]])

protocol "statsd" {
  title     = "StatsD",
  reference = "statsd documentation: metric types; DogStatsD datagram format",
  category  = "management",
  ports     = { "8125/udp" },

  -- Every name begins in letters, digits and few signs: a hint for the index.
  udp { client = all { bytes "[41-7a] [20-7a] [20-7a] [20-7a]", metric }, alone = "client" },
  udp { client = matches [[^_e\{\d{1,4},\d{1,4}\}:[^|\r\n]+\|]], alone = "client" },
  udp { client = matches [[^_sc\|[^|\r\n]{1,200}\|[0-3](?:\||\r?\n|$)]], alone = "client" },

  example { client = "web.requests:1|c|@0.1", transport = "udp" },
  example { client = "api.latency:3.25|ms|#env:prod,zone:b\napi.up:1|g\n", transport = "udp" },
  example { client = "_e{5,4}:title|text", transport = "udp" },
  example { client = "_sc|db.up|0|h:node1", transport = "udp" },
  counterexample { client = "time:12:30|x", transport = "udp" },
  counterexample { client = "web.requests 1 1700000000\n", transport = "udp" },
}
