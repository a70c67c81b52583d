-- The site of the weeks that weeks.py makes.
site { name = "Example site", networks = { "10.40.0.0/16" } }

allow "ssh" {
  on = "2222/tcp", to = { "10.40.1.40" }, name = "Backup",
  reason = "the backup's second door", owner = "it@example.org", expires = "2099-12-31",
}

assets "rogue-ftp" {
  title = "FTP anywhere but at home",
  where = function(s) return s.protocol == "ftp" and s.port ~= 21 end,
}
assets "vsftpd" {
  where = function(s) return s.product == "vsFTPd" end,
}
