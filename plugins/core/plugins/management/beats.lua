-- A version ("1" or "2") and a kind of frame: W says how many events come, then D (pairs), J (JSON) or C
-- (compressed); the server acknowledges with A and the last number (Lumberjack protocol, versions 1 and 2).
protocol "beats" {
  title     = "Elastic Beats (Lumberjack)",
  reference = "elastic/logstash-forwarder: PROTOCOL.md; go-lumber, protocol version 2",
  category  = "management",
  ports     = { "5044/tcp" },
  alternates = { "5043/tcp" },

  tcp { client = any { bytes "32 57 00 00 ?? ?? 32 43 00 ?? ?? ?? 78", bytes "32 57 00 00 ?? ?? 32 4A 00 00",
          bytes "31 57 00 00 ?? ?? 31 43 00 ?? ?? ?? 78", bytes "31 57 00 00 ?? ?? 31 44 00 00" },
        server = any { bytes "32 41 00 00", bytes "31 41 00 00" }, alone = "client" },
  tcp { client = any { bytes "32 57 00 00", bytes "31 57 00 00" },
        server = any { bytes "32 41 00 00", bytes "31 41 00 00" } },

  fields { either = function(m)
    local v = m.client or m.server
    return v and { protocol_version = v:bytes(0, 1) }
  end },

  example { client = hex "32 57 00 00 00 0A 32 43 00 00 01 20 78 5E", server = hex "32 41 00 00 00 0A" },
  example { client = hex "32 57 00 00 00 0A", server = hex "32 41 00 00 00 0A" },
  counterexample { client = "2W hello", server = "2A" },
}
