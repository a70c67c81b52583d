allow "ftp" {
  on     = "419/tcp",
  name   = "Ariel",
  to     = { "10.0.0.0/16" },
  reason = "Ariel document delivery carries scans over FTP",
  owner  = "library-it@example.org",
}
