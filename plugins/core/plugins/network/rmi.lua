-- "JRMI", version 2, and how to talk: 4B stream, 4C one call, 4D many; the server acknowledges with 4E and
-- its idea of the client's name (Java RMI specification, section 10.2).
protocol "rmi" {
  title     = "Java Remote Method Invocation",
  reference = "Java RMI specification section 10.2",
  category  = "network",
  also      = { "java-rmi", "rmiregistry" },
  ports     = { "1099/tcp" },

  tcp { client = any { bytes "4A 52 4D 49 00 02 4B", bytes "4A 52 4D 49 00 02 4C",
    bytes "4A 52 4D 49 00 02 4D" },
    server = any { bytes "4E 00", bytes "51 AC ED" }, alone = "client" },

  example { client = hex "4A 52 4D 49 00 02 4B", server = hex "4E 00 09 31" },
  counterexample { client = "JRMI hello" },
}
