-- The debugger of a Java program runs any code in it, and asks for no login.
detect "jdwp" {
  title     = "Java debugger in the network",
  severity  = "critical",
  category  = "open-service",
  reference = "Java Debug Wire Protocol, CWE-489",
  on        = service "jdwp",
  says      = "{host}:{port} lets whoever asks debug its Java program",
  example   {},
}
