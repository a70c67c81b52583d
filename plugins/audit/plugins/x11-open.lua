-- Who reaches an X server sees the screen and types on it; SSH carries X since 1995.
detect "x11-open" {
  title     = "X11 in the network",
  severity  = "medium",
  category  = "open-service",
  reference = "https://www.x.org/releases/current/doc/man/man7/Xsecurity.7.xhtml, CWE-319",
  on        = service "x11",
  says      = "{host}:{port} serves X11 in clear",
  example   {},
}
