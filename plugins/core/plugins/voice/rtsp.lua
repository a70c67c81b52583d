-- HTTP's form with its own version: method SP rtsp://... SP RTSP/1.0, answered by RTSP/1.0 SP code (RFC 2326
-- sections 6, 7). Makers by the first word of a Server header, in lower case: who, and the product where the
-- word is not it.
local makers = {
  gstreamer = { "GStreamer" }, wmserver = { "Microsoft", "Windows Media Server", "Windows" },
  wowza = { "Wowza Media Systems" }, dahua = { "Dahua" }, hikvision = { "Hikvision" },
  hipcam = { "Hipcam", "RealServer" }, helix = { "RealNetworks", "Helix Server" },
  realserver = { "RealNetworks", "RealServer" },
  qtss = { "Apple", "QuickTime Streaming Server" }, dss = { "Apple", "Darwin Streaming Server" },
  airtunes = { "Apple", "AirTunes" }, vlc = { "VideoLAN", "VLC" }, avigilononvifnvt = { "Avigilon" },
  axis = { "Axis" }, live = { "Live Networks", "LIVE555" }, flussonic = { "Erlyvideo" },
  ubnt = { "Ubiquiti" }, mediamtx = { "MediaMTX", "MediaMTX" }, gortsplib = { "bluenviron", "MediaMTX" },
}

local function is_letter(c) return c ~= nil and (c >= 65 and c <= 90 or c >= 97 and c <= 122) end

-- Name/1.2, Name 1.2, Name (1.2): words, of which each begins with a letter, and the number behind them.
local function meaning(text)
  text = string.sub(text, 1, 300)
  local i, stop = 1, 1
  while is_letter(string.byte(text, i)) do
    while i <= #text do
      local c = string.byte(text, i)
      if c == 32 or c == 47 or c == 44 or c == 59 or c == 40 or c == 41 or c == 9 then break end
      i = i + 1
    end
    stop = i
    if string.byte(text, i) ~= 32 then break end
    i = i + 1
  end
  if stop == 1 then return nil end
  local found, at = { product = string.sub(text, 1, stop - 1) }, stop + 1
  local c, after = string.byte(text, stop, stop + 1)
  if c == 47 or c == 32 or c == 40 then
    if c == 32 and after == 40 then at = at + 1 end
    if string.byte(text, at) == 118 or string.byte(text, at) == 86 then at = at + 1 end
    local last = at
    while last <= #text do
      local d = string.byte(text, last)
      if not (is_letter(d) or d >= 48 and d <= 57 or d == 95 or d == 46 or d == 43 or d == 45) then break end
      last = last + 1
    end
    local d = string.byte(text, at) or 0
    if d >= 48 and d <= 57 then found.version = string.sub(text, at, last - 1) end
  end
  i = 1
  while is_letter(string.byte(text, i)) do i = i + 1 end
  local maker = makers[string.lower(string.sub(text, 1, i - 1))]
  if maker then found.vendor, found.product, found.os = maker[1], maker[2] or found.product, maker[3] end
  return found
end

-- Media over the same connection: $, a channel, a length of two bytes, and RTP or RTCP of version 2 (RFC 2326
-- section 10.12).  Behind it comes more, or an answer.
local function interleaved(m)
  local v, at = m.server, 0
  for count = 0, 1 do
    local first = v:u8(at + 4)
    if not first then return more end
    if v:u8(at) ~= 0x24 then return count > 0 and v:starts(at, "RTSP/") end
    local length = v:u16(at + 2)
    if length < 8 or first >> 6 ~= 2 then return false end
    at = at + 4 + length
  end
  return true
end

protocol "rtsp" {
  title     = "Real Time Streaming Protocol",
  reference = "RFC 2326 sections 6 and 7, RFC 7826",
  category  = "voice",
  ports     = { "554/tcp" },
  alternates = { "8554/tcp", "7070/tcp", "10554/tcp" },

  tcp { client = any { starts "OPTIONS ", starts "DESCRIBE ", starts "SETUP ", starts "PLAY ",
    starts "ANNOUNCE ",
    starts "RECORD ", starts "TEARDOWN ", starts "GET_PARAMETER ", starts "SET_PARAMETER ", starts "PAUSE " },
        server = starts "RTSP/" },
  tcp { server = matches [[^RTSP/[12]\.0 [1-5][0-9][0-9] ]], alone = "server" },
  tcp { client = all { any { starts "OPTIONS ", starts "DESCRIBE ", starts "SETUP ", starts "PLAY ",
    starts "ANNOUNCE " }, matches [[^[A-Z]+ (?:rtsp|rtspu|\*)[^\r\n]{0,500} RTSP/[12]\.0\r?\n]] },
        server = starts "RTSP/",
    alone = "client" },

  -- Joined while it plays: the client asks or reports by RTCP.
  tcp { client = any { bytes "24 [00-0F] ?? ?? [80-BF] [C8-CD]",
    matches [[^[A-Z_]{4,13} rtspu?:[^\r\n]{0,500} RTSP/[12]\.0\r?\n]] },
    server = bytes "24 [00-0F] ?? ?? [80-BF]", check = interleaved },

  fields {
    server = [[(?im)^Server:[ \t]*(?<banner>[^\r\n]*[^\s])]],
    client = [[(?im)^User-Agent:[ \t]*(?<user_agent>[^\r\n]*[^\s])]],
    describe = { banner = meaning },
  },

  probe { send = "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: offport-probe\r\n\r\n" },

  example { client = "OPTIONS rtsp://192.0.2.1/a RTSP/1.0\r\nCSeq: 1\r\n\r\n",
    server = "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n" },
  -- Joined while it plays, and without what the client says.
  example { client = "GET_PARAMETER rtsp://192.0.2.1/a RTSP/1.0\r\nCSeq: 7\r\n\z
      User-Agent: LibVLC/3.0.20 (LIVE555 Streaming Media v2016.11.28)\r\nSession: 12345678\r\n\r\n",
    server = "RTSP/1.0 200 OK\r\nCSeq: 7\r\nSession: 12345678\r\n\r\n" },
  example { server = "RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\nServer: Hipcam RealServer/V1.0\r\n\z
      WWW-Authenticate: Basic realm=\"cam\"\r\n\r\n" },
  example { client = "OPTIONS rtsp://192.0.2.1/a RTSP/1.0\r\nCSeq: 9\r\n\r\n",
    server = "$\0\0\x0F" .. hex "80 60 00 01 00 00 00 A0 11 22 33 44" .. "abc"
      .. "RTSP/1.0 200 OK\r\nCSeq: 9\r\n\r\n" },
  example { client = "$\1\0\x20" .. hex "81 C9 00 07 55 66 77 88 11 22 33 44 00 00 00 00 00 00 00 01 \z
      00 00 00 02 00 00 00 00 00 00 00 00",
    server = "$\0\0\x0F" .. hex "80 60 00 01 00 00 00 A0 11 22 33 44" .. "abc"
      .. "$\0\0\x0E" .. hex "80 E0 00 02 00 00 0B B8 11 22 33 44" .. "de" },
  counterexample { client = "OPTIONS rtsp://192.0.2.1/a RTSP/1.0\r\nCSeq: 9\r\n\r\n",
    server = "$\0\0\x0F" .. hex "80 60 00 01 00 00 00 A0 11 22 33 44" .. "abcdefgh" },
  counterexample { client = "OPTIONS rtsp://192.0.2.1/ RTSP/1.0\r\nCSeq: 1\r\n\r\n",
      server = "SSH-2.0-OpenSSH_9.6\r\n" },
  counterexample { client = "OPTIONS rtsp://192.0.2.1/ RTSP/1.0\r\nCSeq: 1\r\n\r\n",
      server = "HTTP/1.1 400 Bad Request\r\n" },
  counterexample { client = "OPTIONS sip:a@example.org SIP/2.0\r\n\r\n" },
  counterexample { client = "OPTIONS * HTTP/1.1\r\n\r\n", server = "HTTP/1.1 200 OK\r\n\r\n" },
}
