-- What comes with Offport: the protocols that run nearly everywhere, each written from its specification.
pack {
  name        = "offport/core",
  version     = "1.0.0",
  title       = "Core protocols",
  description = "The common protocols of campus, data centre and industrial networks, recognised by what they say.",
  license     = "Apache-2.0",
  needs       = "offport >= 0.1",
}
