-- An XML stream: <stream:stream ...> from both sides, perhaps after <?xml ...?> (RFC 6120 section 4.2).
local stream = any {
  all { starts "<?xml", contains "<stream:stream" }, starts "<stream:stream",
  all { starts "<?xml", contains "<flash:stream" },
}

protocol "xmpp" {
  title     = "Extensible Messaging and Presence Protocol",
  reference = "RFC 6120 section 4.2",
  category  = "messaging",
  also      = { "jabber", "xmpp-client", "xmpp-server" },
  ports     = { "5222/tcp", "5269/tcp" },
  alternates = { "5223/tcp", "5280/tcp" },

  tcp { either = stream, alone = { "client", "server" } },

  -- Joined midway: stanzas and the elements of its negotiation (sections 5, 6 and 8).
  tcp { client = any { starts "<starttls xmlns=", starts "<auth xmlns=", starts "<iq ", starts "<presence",
    starts "<message " },
    server = any { starts "<stream:features", starts "<proceed xmlns=", starts "<success xmlns=",
      starts "<challenge xmlns=",
      starts "<failure xmlns=", starts "<iq ", starts "<presence", starts "<message " } },
  tcp { server = any { starts "<stream:features", starts "<proceed xmlns='urn:ietf:params:xml:ns:xmpp" },
    alone = "server" },

  upgrade "tls" {},                                              -- STARTTLS (RFC 6120 section 5)

  fields {
    client = [[<stream:stream[^>]*\bto=['"](?<hostname>[^'"]+)]],
    server = {
      [[<stream:stream[^>]*\bfrom=['"](?<hostname>[^'"]+)]],
      [[<stream:stream[^>]*\bversion=['"](?<protocol_version>[\d.]+)]],
      -- Entity capabilities (XEP-0115) name the software by its address.
      [[<c [^>]*\bnode=['"]https?://(?:www\.)?(?<product>process-one\.net|prosody\.im|igniterealtime\.org|[\w.-]+)]],
    },
  },

  probe { send = "<?xml version='1.0'?><stream:stream to='offport.invalid' version='1.0' xmlns='jabber:client' " ..
    "xmlns:stream='http://etherx.jabber.org/streams'>" },

  example { client = "<?xml version='1.0'?><stream:stream to='example.org' xmlns='jabber:client'>",
    server = "<?xml version='1.0'?><stream:stream from='example.org'>" },
  example { client = "<?xml version='1.0'?><stream:stream to='example.org' version='1.0' " ..
      "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>",
    server = "<?xml version='1.0'?><stream:stream id='1' from='example.org' version='1.0' " ..
      "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'><stream:features>" ..
      "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='http://prosody.im' " ..
      "ver='q07IKJEyjvHSyhy//CH0CxmKi8w='/></stream:features>" },
  example { client = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
    server = "<stream:features><starttls/>" },
  example { client = "<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>",
    server = "<iq type='result' id='1'/>" },
  counterexample { client = "<iq type='get' id='1'/>", server = "<html><body></body></html>" },
  counterexample { client = "<?xml version='1.0'?><a/>" },
}
