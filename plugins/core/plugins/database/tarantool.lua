-- The server greets with 128 bytes: a line of 64 with its name, version, kind and id, then a line with a
-- salt.
protocol "tarantool" {
  title     = "Tarantool",
  reference = "Tarantool documentation, binary protocol: greeting",
  category  = "database",
  ports     = { "3301/tcp" },

  tcp { server = matches [[^Tarantool \d[\w.+-]* (?:\((?:Binary|Lua console)\))]], alone = "server" },

  fields { server = [[^(?<banner>(?<product>Tarantool) (?<version>\d[\w.+-]*) \([^)\r\n]+\))]] },

  example { server = "Tarantool 2.10.4 (Binary) 7170b4bb-1f2c-4b5d-9a1f-2d2c0a3b4c5d  \n" },
  counterexample { server = "Tarantool is a database\r\n" },
}
