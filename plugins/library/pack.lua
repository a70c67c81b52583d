-- What libraries run on unusual ports with good reason.  The allowances act when a run names this pack.
pack {
  name        = "offport/library",
  version     = "1.0.0",
  title       = "Library software",
  description = "Allowances for the document delivery systems of libraries.",
  license     = "Apache-2.0",
  needs       = "offport >= 0.1",
  depends     = { ["offport/core"] = "^1.0" },
}
