-- JSON with "version", "host" and "short_message", ended by a zero byte over TCP, in one datagram over UDP; a
-- longer one is cut into chunks: 1E 0F, an id of 8 bytes, a number, a count of up to 128 (Graylog: GELF).  A
-- datagram that is only compressed cannot be told from others.
local json = all { starts "{", contains "\"short_message\"", contains "\"host\"", contains "\"version\"" }

protocol "gelf" {
  title     = "Graylog Extended Log Format",
  reference = "Graylog documentation: GELF via UDP and TCP",
  category  = "management",
  ports     = { "12201/udp", "12201/tcp" },

  -- The first chunk of a message in gzip or zlib form, or plain.
  udp { client = any { bytes "1E 0F ?? ?? ?? ?? ?? ?? ?? ?? 00 [02-80] 1F 8B 08",
    bytes "1E 0F ?? ?? ?? ?? ?? ?? ?? ?? 00 [02-80] 78 01",
      bytes "1E 0F ?? ?? ?? ?? ?? ?? ?? ?? 00 [02-80] 78 9C",
    bytes "1E 0F ?? ?? ?? ?? ?? ?? ?? ?? 00 [02-80] 7B 22" }, alone = "client" },
  udp { client = json, alone = "client" },
  tcp { client = json, alone = "client", check = function(m) return m.server == nil end },

  fields { client = [["host"\s*:\s*"(?<hostname>[^"]{1,200})"]] },

  example { client = hex "1E 0F 01 02 03 04 05 06 07 08 00 02 1F 8B 08 00", transport = "udp" },
  example { client = "{\"version\":\"1.1\",\"host\":\"web1\",\"short_message\":\"hello\",\"level\":5}",
    transport = "udp" },
  example { client = "{\"version\":\"1.1\",\"host\":\"web1\",\"short_message\":\"hello\",\"level\":5}\0",
    transport = "tcp" },
  counterexample { client = "{\"version\":\"1.1\",\"host\":\"web1\",\"message\":\"hello\"}",
    transport = "udp" },
}
