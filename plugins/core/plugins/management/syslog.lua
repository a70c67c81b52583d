-- A priority between 0 and 191 in angle brackets, then a version and a date, or just text (RFC 5424 section
-- 6, RFC 3164 section 4).  Over TCP a message may be preceded by its length (RFC 6587 section 3.4.1).
-- Nothing is ever answered.
local message = all { starts "<", matches [[^<(?:\d|[1-9]\d|1[0-8]\d|19[01])>(?:1 \d{4}-|1 - |[A-Z][a-z]{2} [ \d]\d |\d{4}[- ]|[\x09\x20-\x7e]{8})]] }
local counted = all { bytes "[31-39] [30-39] [20,30-39]",
  matches [[^[1-9]\d{1,4} <(?:\d|[1-9]\d|1[0-8]\d|19[01])>(?:1 |[A-Z][a-z]{2} [ \d]\d )]] }

local function silent(m) return m.server == nil end

protocol "syslog" {
  title     = "Syslog",
  reference = "RFC 5424 section 6, RFC 3164 section 4, RFC 6587",
  category  = "management",
  -- 514/tcp is registered to rsh, and still where syslog over TCP is sent.
  ports     = { "514/udp", "601/tcp" },
  shares    = { "514/tcp" },
  alternates = { "1514/udp", "1514/tcp", "5140/udp", "5514/udp", "10514/udp" },

  -- A collector is known by what it is told alone.  Whoever speaks back speaks syslog too: both may send from
  -- 514.
  udp { client = message, alone = "client", check = silent },
  udp { client = message, server = message },
  tcp { client = any { message, counted }, alone = "client", check = silent },
  tcp { client = any { message, counted }, server = any { message, counted } },

  fields { client = [[^(?:\d+ )?<\d+>(?:1 \S+ |[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d )(?<hostname>[\w.:-]+) ]] },

  example { client = "<34>1 2026-01-01T00:00:00Z host app - - - hello", transport = "udp" },
  example { client = "<13>Jan  1 00:00:00 host app: hello", transport = "udp" },
  example { client = "52 <34>1 2026-01-01T00:00:00Z host app - - - hello world", transport = "tcp" },
  -- Two collectors that tell each other.
  example { client = "<13>Jan  1 00:00:00 host app: hello",
    server = "<46>Jan  1 00:00:01 relay syslogd: up" },
  counterexample { client = "<?xml version=\"1.0\"?>", transport = "tcp" },
  counterexample { client = "<13>Jan  1 00:00:00 host app: hello",
      server = "SSH-2.0-OpenSSH_9.6\r\n", transport = "tcp" },
  counterexample { client = "<999>hello world and more", transport = "udp" },
}
