-- Numbers little end first: type, id, what it refers to (two bytes each), two times of eight bytes, a length; then a
-- text of JSON with its length.  A client says hello (5); the server sends settings (3), a codec (1) or the time (4)
-- (Snapcast documentation, binary protocol).
protocol "snapcast" {
  title     = "Snapcast",
  reference = "Snapcast documentation, binary protocol",
  category  = "media",
  ports     = { "1704/tcp" },

  tcp { client = all { bytes "05 00", at(30, starts "{"), contains '"SnapStreamProtocolVersion"' },
    server = bytes "[01-09] 00 ?? ?? ?? ??", alone = "client" },

  fields { client = [["ClientName" ?: ?"(?<software>[^"]{1,60})"]] },

  example { client = "\5\0\1\0\0\0" .. string.rep("\0", 16) .. "\x44\0\0\0\x40\0\0\0"
      .. '{"ClientName":"Snapclient","SnapStreamProtocolVersion":2}',
    server = "\3\0\0\0\1\0" .. string.rep("\0", 16) .. '\x15\0\0\0\x11\0\0\0{"bufferMs":1000}' },
  example { client = "\5\0\1\0\0\0" .. string.rep("\0", 16) .. "\x44\0\0\0\x40\0\0\0"
    .. '{"ClientName":"Snapclient","SnapStreamProtocolVersion":2}' },
  counterexample { client = '{"id":1,"jsonrpc":"2.0","method":"SnapStreamProtocolVersion"}\r\n' },
}
