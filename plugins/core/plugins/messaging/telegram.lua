-- Framing EF (abridged), EEEEEEEE (intermediate), DDDDDDDD (padded) or a length and a counter; then a
-- message without a key: eight zeros, a number, a length, and req_pq_multi (BE7E8EF1) or req_pq (60469778),
-- little-endian (MTProto transports; auth_key). Obfuscated connections look like random bytes and stay
-- unnamed; so do those that use a key they have already.
local ask = any { bytes "F1 8E 7E BE", bytes "78 97 46 60" }
local zeros = bytes "00 00 00 00 00 00 00 00"
-- The answer has no key either, or is an error: a negative number, perhaps padded by up to 15 bytes, or with a
-- counter before it.
local answer = any { at(1, zeros), at(4, zeros), at(8, zeros), bytes "01 ?? [FC-FF] FF FF",
  bytes "[04-13] 00 00 00 ?? [FC-FF] FF FF", bytes "10 00 00 00 ?? ?? ?? ?? ?? [FC-FF] FF FF" }

protocol "telegram" {
  title     = "Telegram (MTProto)",
  reference = "core.telegram.org: MTProto transports, creating an authorization key",
  category  = "messaging",
  shares    = { "443/tcp", "80/tcp", "5222/tcp" },

  tcp { client = all { bytes "EF ?? 00 00 00 00 00 00 00 00", at(22, ask) }, server = answer, alone = "client" },
  tcp { client = all { bytes "EE EE EE EE ?? 00 00 00", at(8, zeros), at(28, ask) },
    server = answer, alone = "client" },
  tcp { client = all { bytes "DD DD DD DD ?? 00 00 00", at(8, zeros), at(28, ask) },
    server = answer, alone = "client" },
  tcp { client = all { bytes "?? 00 00 00 00 00 00 00", at(8, zeros), at(28, ask) },
    server = answer, alone = "client" },

  example { client = "\xEF\x0A" .. string.rep("\0", 8) .. "\0\0\0\0\1\2\3\4\x14\0\0\0\xF1\x8E\x7E\xBE"
    .. string.rep("\xA5", 16) },
  example { client = "\xEE\xEE\xEE\xEE\x28\0\0\0" .. string.rep("\0", 8)
    .. "\0\0\0\0\1\2\3\4\x14\0\0\0\xF1\x8E\x7E\xBE"
    .. string.rep("\xA5", 16) },
  example { client = "\xDD\xDD\xDD\xDD\x2B\0\0\0" .. string.rep("\0", 8)
    .. "\0\0\0\0\1\2\3\4\x14\0\0\0\x78\x97\x46\x60"
    .. string.rep("\xA5", 19) },
  example { client = "\x34\0\0\0\0\0\0\0" .. string.rep("\0", 8)
    .. "\0\0\0\0\1\2\3\4\x14\0\0\0\xF1\x8E\x7E\xBE"
    .. string.rep("\xA5", 20) },
  example { client = "\xEF\x0A" .. string.rep("\0", 8) .. "\0\0\0\0\1\2\3\4\x14\0\0\0\xF1\x8E\x7E\xBE"
    .. string.rep("\xA5", 16), server = "\x15" .. string.rep("\0", 8) .. "\1\2\3\4\5\6\7\8\x40\0\0\0" },
  -- Not found (404): padded, and counted.
  example { client = "\xDD\xDD\xDD\xDD\x2B\0\0\0" .. string.rep("\0", 8)
    .. "\0\0\0\0\1\2\3\4\x14\0\0\0\x78\x97\x46\x60"
    .. string.rep("\xA5", 19), server = hex "09 00 00 00 6C FE FF FF 11 22 33 44 55" },
  example { client = "\x34\0\0\0\0\0\0\0" .. string.rep("\0", 8)
    .. "\0\0\0\0\1\2\3\4\x14\0\0\0\xF1\x8E\x7E\xBE"
    .. string.rep("\xA5", 20), server = hex "10 00 00 00 00 00 00 00 6C FE FF FF 11 22 33 44" },
  counterexample { client = "\xEF\x0A" .. string.rep("\0", 8)
    .. "\0\0\0\0\1\2\3\4\x14\0\0\0\xF1\x8E\x7E\xBE" .. string.rep("\xA5", 16),
    server = "HTTP/1.1 400 Bad Request\r\n" },
  counterexample { client = "\xEF\x0A" .. string.rep("\0", 8)
    .. "\0\0\0\0\1\2\3\4\x14\0\0\0\xF1\x8E\x7E\xBF" },
}
