-- "ZBXD", flags (1 always, 2 compressed, 4 long), a length (Zabbix manual, protocols, header).
local header = any { bytes "5A 42 58 44 01", bytes "5A 42 58 44 03", bytes "5A 42 58 44 05",
  bytes "5A 42 58 44 07" }

protocol "zabbix" {
  title     = "Zabbix agent and server",
  reference = "Zabbix manual, appendix: Zabbix protocols, header and data length",
  category  = "management",
  ports     = { "10050/tcp", "10051/tcp" },

  tcp { either = header, alone = { "client", "server" } },
  -- Old servers ask in plain text and agents answer with the header.
  tcp { server = header },

  -- agent.version, with the header and without compression.
  probe { send = "ZBXD\1" .. hex "0D 00 00 00 00 00 00 00" .. "agent.version" },

  example { client = "ZBXD\1\x0A\0\0\0\0\0\0\0agent.ping", server = "ZBXD\1\1\0\0\0\0\0\0\0001" },
  example { client = "agent.ping\n", server = "ZBXD\1\1\0\0\0\0\0\0\0001" },
  counterexample { client = "ZBXX\1\x0A\0\0\0" },
  counterexample { client = "ZBXD\1\x0A\0\0\0\0\0\0\0agent.ping", server = "220 ready\r\n" },
}
