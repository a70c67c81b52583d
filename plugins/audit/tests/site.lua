-- The network of the captures in this folder: what is 10.* is inside.
site { name = "tests", networks = { "10.0.0.0/8" } }
