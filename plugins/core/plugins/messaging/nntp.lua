-- The server greets with 200 or 201 (posting allowed or not); commands are words of their own (RFC 3977
-- sections 5 and 6).
local banner = require "banner"

-- What servers call themselves: product and who makes it.
local known = {
  ListManager = { "ListManager", "Lyris" },
  InterNetNews = { "InterNetNews", "ISC" }, INN = { "INN", "ISC" }, DNEWS = { "DNEWS", "DNEWS" },
  DNews = { "DNews", "NetWin" }, Leafnode = { "Leafnode", "Leafnode" }, Cyrus = { "Cyrus", "Cyrus" },
  Diablo = { "Diablo" }, Cyclone = { "Cyclone" }, Typhoon = { "Typhoon" }, Twister = { "Twister" },
  Kerio = { "Kerio Connect", "Kerio" }, NNTPCache = { "NNTPCache" }, NewsCache = { "NewsCache" },
  Citadel = { "Citadel", "Citadel" }, MDaemon = { "MDaemon" },
}

-- The figures, dots and letters that begin at `i`.
local function number(text, i)
  local stop = i
  while true do
    local c = string.byte(text, stop)
    local letter = c and (c >= 65 and c <= 90 or c >= 97 and c <= 122 or c == 95)
    if not letter and not (c and (c >= 48 and c <= 57 or c == 46)) then break end
    stop = stop + 1
  end
  return string.sub(text, i, stop - 1)
end

local function meaning(text)
  text = string.sub(text, 1, 300)
  local found, start = {}, 5
  for i = 5, #text + 1 do
    local c, after = string.byte(text, i, i + 1)
    local name = known[string.sub(text, start, i - 1)]
    if string.sub(text, i, i + 12) == "NNTP Service " then
      for at = i + 13, #text do
        if string.sub(text, at, at + 9) == " Version: " then
          local version = number(text, i + 13)
          local first = string.byte(version) or 0
          return { product = "Microsoft IIS", vendor = "Microsoft", os = "Windows",
            version = first >= 48 and first <= 57 and version or nil }
        end
      end
    end
    local digit = after and after >= 48 and after <= 57
    if found.product and (c == 32 or c == 118) and digit then
      found.version = number(text, i + 1)
      return found
    end
    local word = c and (c >= 48 and c <= 57 or c >= 65 and c <= 90 or c >= 97 and c <= 122)
    if not word then
      if name and not found.product then
        found.product, found.vendor = name[1], name[2]
        if name[2] == "Kerio" and string.sub(text, i, i + 10) == " MailServer" then
          found.product = "Kerio MailServer"
        end
      end
      start = i + 1
    end
  end
  return found.product and found or nil
end

protocol "nntp" {
  title     = "Network News Transfer Protocol",
  reference = "RFC 3977 sections 5.1 and 6",
  category  = "messaging",
  ports     = { "119/tcp" },
  alternates = { "433/tcp", "563/tcp" },

  -- LIST, STAT and MODE alone are FTP's too.
  tcp {
    client = any {
      starts_nocase "MODE READER", starts_nocase "LIST ACTIVE", starts_nocase "LIST NEWSGROUPS",
      command { "CAPABILITIES", "GROUP", "ARTICLE", "XOVER", "OVER", "AUTHINFO", "NEWGROUPS", "IHAVE",
        "LISTGROUP", "NEWNEWS",
        "XHDR", "TAKETHIS" },
    },
    server = any { starts "200 ", starts "201 ", starts "200-" },
  },
  -- What only readers of news say, whatever the code that answers it.
  tcp { client = any { starts_nocase "MODE READER\r\n", starts_nocase "AUTHINFO USER ",
    starts_nocase "LISTGROUP ",
      starts_nocase "XOVER ", starts_nocase "LIST OVERVIEW.FMT", starts_nocase "IHAVE <",
      starts_nocase "CHECK <",
      starts_nocase "CAPABILITIES\r\n" },
    server = any { bytes "31 30 [30-31] 20", bytes "32 [30-39] [30-39] 20", bytes "33 [33,38] [30-39] 20",
      bytes "34 [30-39] [30-39] 20",
      bytes "35 [30-39] [30-39] 20" }, alone = "client" },
  -- 215 after LIST: the list follows (RFC 3977 section 7.6.1); FTP answers LIST with 150 or 125.
  tcp { client = starts_nocase "LIST", server = all { any { starts "200 ", starts "201 " }, reply { 215 } } },
  -- The greeting names the software or the service.
  tcp {
    server = all {
      any { starts "200 ", starts "201 " },
      matches [[^20[01] [^\r\n]{0,200}(?:NNTP|NNRP|InterNetNews|[Nn]ews[ .])]],
    },
    alone = "server",
  },

  upgrade "tls" {},                                              -- STARTTLS (RFC 4642)

  fields {
    server = [[^(?<banner>20[01] (?:(?<hostname>[a-z0-9-]+(?:\.[a-z0-9-]+)+) )?]]
      .. banner.before(banner.time, banner.peer) .. [[)]],
    describe = { banner = meaning },
  },

  probe { after = "server", send = "CAPABILITIES\r\n", answer = [=[^(?:101|200|201|480|500)[ -]]=] },

  example { client = "MODE READER\r\n", server = "200 news.example.org ready\r\n200 ok\r\n" },
  example { client = "GROUP misc.test\r\n",
    server = "201 reader.example.org ready\r\n211 4 1 4 misc.test\r\n" },
  example { client = "LIST\r\n", server = "200 ready\r\n215 list follows\r\n" },
  example {
    server = "200 news.example.org InterNetNews NNRP server INN 2.7.1 ready (posting ok)\r\n" },
  example { client = "AUTHINFO USER me\r\n", server = "381 password\r\n" },
  example { client = "MODE READER\r\n" },
  example { client = "CAPABILITIES\r\n", server = "101 Capability list:\r\nVERSION 2\r\n.\r\n" },
  counterexample { client = "AUTHINFO GENERIC\r\n" },
  counterexample { client = "LIST\r\n", server = "220 ready\r\n150 here it comes\r\n" },
  counterexample { client = "QUIT\r\n", server = "200 ready\r\n205 bye\r\n" },
  counterexample { client = "USER a\r\n", server = "220 ready\r\n" },
  counterexample { client = "LIST\r\n", server = "+OK\r\n" },
}
