-- Ariel sends scanned articles between libraries.  Its stations talk FTP to each other on ports of their own.
-- A site may narrow this with `to`, `from`, `owner` and `expires` in its own policy.
allow "ftp" {
  on     = { "419/tcp", "421/tcp", "422/tcp" },
  name   = "Ariel",
  reason = "Ariel document delivery carries scanned articles over FTP on 419, 421 and 422",
}
