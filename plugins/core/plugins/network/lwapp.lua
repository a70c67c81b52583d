-- A header of six bytes: version 0, radio, the flags control, fragment and not-last, then the payload's
-- length at 2 (RFC 5412 section 4.1). A control message counts its elements again at 8 (section 4.2.1).
local control = all {
  bytes "[04,0C,14,1C,24,2C,34,3C] ?? ?? ?? ?? ?? [01-4F]", sized(2, 2, 6), sized(8, 2, 14), length(14, 1500),
}

protocol "lwapp" {
  title     = "Lightweight Access Point Protocol",
  reference = "RFC 5412 sections 4.1 and 4.2.1",
  category  = "network",
  ports     = { "12222-12223/udp" },

  udp { either = control, alone = { "client", "server" } },

  -- A discovery request with one element, and its response.
  example { client = hex "04 01 00 0C 00 00 01 00 00 04 00 00 00 00 3A 00 01 00",
    server = hex "04 01 00 0B 00 00 02 00 00 03 00 00 00 00 1F 00 00", transport = "udp" },
  -- The elements are longer than the message.
  counterexample { client = hex "04 01 00 0C 00 00 01 00 00 05 00 00 00 00 3A 00 01 00", transport = "udp" },
}
