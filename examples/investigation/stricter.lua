-- What the site says after the investigation: see docs/investigating.md.
site { name = "Example site", networks = { "10.40.0.0/16" } }

forbid "irc" { reason = "nobody here has a use for it", severity = "medium" }
expected "ftp" { "21/tcp" }
