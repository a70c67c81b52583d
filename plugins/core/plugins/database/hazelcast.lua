-- A client first names the protocol: CP2 (4.x and later) or CB2 (3.x); then comes a message, little end
-- first: its length, flags C000 (whole), and for CP2 type 256 or 512 (Client.authentication).  Members say
-- HZC to each other.
protocol "hazelcast" {
  title     = "Hazelcast",
  reference = "Hazelcast Open Binary Client Protocol 2.x: frame, Client.Authentication",
  category  = "database",
  ports     = { "5701/tcp" },
  alternates = { "5702-5710/tcp" },

  -- The answer is 257 or 513, or 0 for an error.
  tcp { client = bytes "43 50 32 ?? 00 00 00 00 [C0-C1] 00 [01-02] 00 00",
    server = bytes "?? ?? 00 00 ?? [C0-C1] [00-01] [00-02] 00 00", alone = "client" },
  -- 3.x: length, version, flags C0, type 2 or 3 (authentication, with credentials), answered by 107 or 109.
  tcp { client = bytes "43 42 32 ?? ?? 00 00 0? C0 [02-03] 00", server = bytes "?? ?? 00 00 0? C0 [6B-6D] 00",
    alone = "client" },

  example { client = hex "43 50 32 23 00 00 00 00 C0 00 01 00 00 01 00 00 00 00 00 00 00 FF FF FF FF" },
  example { client = hex "43 42 32 8A 00 00 00 01 C0 02 00 01 00 00 00 00 00 00 00" },
  example { client = hex "43 50 32 23 00 00 00 00 C0 00 01 00 00 01 00 00 00 00 00 00 00 FF FF FF FF",
    server = hex "22 00 00 00 00 C0 01 01 00 00 01 00 00 00 00 00 00 00 00" },
  example { client = hex "43 42 32 8A 00 00 00 01 C0 02 00 01 00 00 00 00 00 00 00",
    server = hex "40 00 00 00 01 C0 6B 00 01 00 00 00 00 00 00 00" },
  counterexample { client = hex "43 50 32 23 00 00 00 00 C0 00 01 00 00 01 00 00 00 00 00 00 00 FF FF FF FF",
    server = "HTTP/1.1 400 Bad Request\r\n" },
  counterexample { client = "CP2 a b\r\n", server = "unknown command\r\n" },
}
