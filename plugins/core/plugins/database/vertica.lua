-- PostgreSQL's startup message with versions of its own, 3.4 to 3.32, and names of parameters that only
-- Vertica knows.
protocol "vertica" {
  title     = "Vertica",
  reference = "Vertica client protocol: StartupMessage (vertica-python, vertica-sql-go)",
  category  = "database",
  ports     = { "5433/tcp" },

  tcp { client = all { bytes "00 00 ?? ?? 00 03 00 [04-20]", any { contains "client_type\0",
      contains "client_pid\0" },
    any { contains "client_version\0", contains "client_os\0" } },
    server = any { bytes "52 00 00 00 ??", bytes "53 00 00 ?? ??", bytes "45 00 00 ?? ??",
        bytes "4E 00 00 ?? ??" },
    alone = "client" },

  fields { client = [[(?s)client_type\x00(?<software>[\x20-\x7e]+)\x00]] },

  example {
      client = "\0\0\0\x4A\0\3\0\5user\0me\0client_type\0Demo\0client_version\0001.0\0client_pid\0007\0\0",
    server = hex "52 00 00 00 08 00 00 00 05" },
  counterexample { client = "\0\0\0\x21\0\3\0\0user\0me\0database\0demo\0\0",
      server = hex "52 00 00 00 08 00 00 00 05" },
}
