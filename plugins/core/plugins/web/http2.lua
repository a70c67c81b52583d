-- Without TLS, a client with prior knowledge opens with the preface; the server's first frame is SETTINGS
-- (RFC 9113 sections 3.4 and 6.5): length, type 4, flags, stream 0.

-- Settings are a name of two bytes, 1 to 9, and a value of four (RFC 9113 section 6.5.2, RFC 8441, RFC 9218).
local function settings(m)
  local v = m.server
  if not v then return false end
  local stop = 9 + v:u8(2)
  for at = 9, stop - 6, 6 do
    local name = v:u16(at)
    if not name then return more end
    if name < 1 or name > 9 or name == 2 and v:u32(at + 2) > 1 then return false end
  end
  if v:size() < stop then return more end
  local kind, stream = v:u8(stop + 3), v:u32(stop + 5)
  return (not kind or kind <= 9) and (not stream or stream < 0x80000000)
end

-- Settings of 6 bytes each, one to ten (RFC 9113 section 6.5); the first name has a zero in front.
local some_settings = bytes "00 00 [06,0C,12,18,1E,24,2A,30,36,3C] 04 00 00 00 00 00 00 0?"

protocol "http2" {
  title     = "HTTP/2 without TLS",
  reference = "RFC 9113 sections 3.4 and 6.5",
  category  = "web",
  -- gRPC to etcd, when its first request comes late
  shares    = { "80/tcp", "2379/tcp", "2380/tcp" },
  alternates = { "8080/tcp", "8000/tcp", "50051/tcp", "9090/tcp" },

  -- The server opens with SETTINGS, or goes away (type 7) at once; joined midway, 101 shows that HTTP/1 was
  -- left behind.
  tcp { client = starts "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", server = any { bytes "00 0? ?? 04 0? 00 00 00 00",
    bytes "00 0? ?? 07 00 00 00 00 00", starts "HTTP/1.1 101 " }, alone = "client" },
  tcp { server = some_settings, client = some_settings },

  -- The server's side: settings with known names, then nothing or another frame.
  tcp { server = bytes "00 00 [06,0C,12,18,1E,24,2A,30] 04 00 00 00 00 00 00 0?", alone = "server",
    check = settings },

  example { server = "\0\0\x0C\4\0\0\0\0\0\0\3\0\0\0\x64\0\4\0\1\0\0" },
  counterexample { server = "\0\0\x0C\4\0\0\0\0\0\0\3\0\0\0\x64\0\x0E\0\1\0\0" },
  example { client = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
    server = "\0\0\6\4\0\0\0\0\0\0\3\0\0\0\x64" },
  -- The segment with the preface is not in the capture: settings meet settings.
  example {
    client = hex "00 00 12 04 00 00 00 00 00" ..
      hex "00 02 00 00 00 00 00 03 00 00 00 64 00 04 00 00 FF FF",
    server = hex "00 00 12 04 00 00 00 00 00" ..
      hex "00 03 00 00 00 80 00 04 00 00 FF FF 00 05 00 00 40 00" ..
      hex "00 00 00 04 01 00 00 00 00" },
  -- Five bytes hold no setting.
  counterexample { client = hex "00 00 05 04 00 00 00 00 00 00 02 00 00 00",
    server = hex "00 00 05 04 00 00 00 00 00 00 03 00 00 00" },
  counterexample { client = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", server = "HTTP/1.1 400 Bad Request\r\n\r\n" },
  counterexample { client = "GET / HTTP/1.1\r\n\r\n", server = "HTTP/1.1 200 OK\r\n\r\n" },
}
