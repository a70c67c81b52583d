-- A request line, method SP target SP HTTP/1.x, is answered by a status line, HTTP/1.x SP three digits.

-- RFC 9110 section 9, RFC 5789 (PATCH), WebDAV (RFC 4918, 3253, 3744, 5323) and RPC over HTTP.
local method = any {
  starts "GET ", starts "HEAD ", starts "POST ", starts "PUT ", starts "DELETE ", starts "OPTIONS ",
  starts "TRACE ",
  starts "PATCH ", starts "PROPFIND ", starts "PROPPATCH ", starts "MKCOL ", starts "COPY ", starts "MOVE ",
  starts "LOCK ", starts "UNLOCK ", starts "REPORT ", starts "SEARCH ", starts "SUBSCRIBE ",
  starts "UNSUBSCRIBE ",
  starts "NOTIFY ", starts "CHECKOUT ", starts "MKACTIVITY ", starts "MERGE ", starts "ACL ", starts "BIND ",
  starts "RPC_IN_DATA ", starts "RPC_OUT_DATA ",
}
-- The version must end the line: RTSP and SIP have lines of the same form.  Targets begin with a slash, are
-- `*`, or are a whole URI (RFC 9112 section 3.2); with a header for proxies that is http-proxy, which asks
-- for more and so wins. A very long target hides its version; nothing else has a line of 1,000 characters
-- here.
local whole = matches [[^[A-Z_]+ {1,2}(?:/|\*|[a-z]+://)(?:[^\r\n]{0,1000}? {1,2}HTTP/1\.[01]\r?\n|[^\r\n]{1000})]]
local request = all { method, whole }

-- A head may come in several segments, from some servers a line each.  What else is spoken over HTTP, and whose
-- server it is, shows when it is whole; the flow waits for that, but for no more than the first 1 KB.  100 is not
-- the answer yet (RFC 9110 section 15.2.1).
local whole_head = any {
  all { none { starts "HTTP/1.1 100" }, any { contains "\n\r\n", contains "\n\n" } },
  matches [[^HTTP/1\.1 100\b[^\n]*\n(?:[^\r\n]+\r?\n)*\r?\n[^\r\n]+\r?\n(?:[^\r\n]+\r?\n)*\r?\n]],
  none { contains "\0\xFF\0\xFF\0\xFF" },
}
local status = all { matches [[^HTTP/1\.[01] {1,2}[1-5][0-9][0-9](?:[ \r\n]|$)]], whole_head }
-- Servers that break the rules but still say HTTP: lower case, lines before the status, HTML without any
-- status.
local roughly = any {
  all { any { starts_nocase "HTTP/", line "HTTP/1.", line " HTTP/1." }, whole_head },
  starts_nocase "<!DOCTYPE HTML", starts_nocase "<HTML",
}

-- A proxy or an old server may send stray line ends before its status.
local late = any { starts "\rHTTP/1.", starts "\r\rHTTP/1.", starts "\n\rHTTP/1." }
-- HTTP/0.9: no version, no headers; only an answer in HTML tells it from any other line that begins with GET.
local simple = all { starts "GET /", matches [[^GET /[^\r\n]{0,1000}(?<! HTTP/1\.[01])(?:\r?\n|\z)]] }
local html = any { starts_nocase "<!DOCTYPE HTML", starts_nocase "<HTML" }

-- What a proxy is asked (see http-proxy), how it says that a tunnel stands, and HTTP/2 without TLS.
local asks_other = any {
  all { starts "CONNECT ", matches [[^CONNECT [^ /\r\n]{1,255}:\d{1,5} ]] },
  starts "PRI * HTTP/2.0",
  -- A whole URI may be asked of a proxy: that shows when the head is complete.
  all { any { starts "GET http", starts "POST http", starts "HEAD http" },
    none { matches [[^[^\n]+\n(?:[^\r\n]+\r?\n)*\r?\n]] } },
}
local tunnel_stands = any {
  starts_nocase "HTTP/1.0 200 Connection established", starts_nocase "HTTP/1.1 200 Connection established",
}

-- Names in a Server header, in lower case and with blanks for - and _: product, who makes it, system.
local known = {
  apache = { "Apache HTTPD", "Apache" }, ["apache advancedextranetserver"] = { "Apache HTTPD", "Apache" },
  ["hp apache based web server"] = { "Apache HTTPD", "Apache" },
  ["microsoft iis"] = { "Microsoft IIS", "Microsoft", "Windows" },
  ["microsoft httpapi"] = { "Microsoft HTTPAPI", "Microsoft", "Windows" },
  ["microsoft wince"] = { "Windows CE Web Server", "Microsoft", "Windows CE" },
  ["apache coyote"] = { "Apache Tomcat", "Apache" }, tomcat = { "Apache Tomcat", "Apache" },
  ["tomcat web server"] = { "Apache Tomcat", "Apache" }, ["apache tomcat"] = { "Apache Tomcat", "Apache" },
  jboss = { "JBoss EAP", "Red Hat" }, jbossas = { "JBoss AS", "Red Hat" },
 
  cougar = { "Windows Media Server", "Microsoft", "Windows" }, cpsrvd = { "cPanel Service Daemon", "cPanel" },
  ["sw cp server"] = { "Plesk", "Plesk" }, cwpsrv = { "Control Web Panel", "Control Web Panel" },
  basehttp = { "BaseHTTP", "Python" }, simplehttp = { "SimpleHTTP", "Python" },
  tornadoserver = { "Tornado", "Tornado" },
  ["goahead webs"] = { "GoAhead Webserver", "Embedthis" }, goahead = { "GoAhead Webserver", "Embedthis" },
  ["goahead http"] = { "GoAhead Webserver", "Embedthis" },
  ["cloudflare nginx"] = { "Cloudflare", "Cloudflare" }, ["nginx + phusion passenger"] = { "nginx", "nginx" },
  ["allegro software rompager"] = { "RomPager", "Allegro" }, bbc = { "HP OpenView", "HP" },
  compaqhttpserver = { "Compaq HTTP Server", "HP" }, lotus = { "Lotus Domino", "IBM" },
  ["lotus expeditor web container"] = { "Lotus Expeditor Server", "IBM" }, hpsmh = { "HP SMH", "HP" },
  ["ibm http server"] = { "IBM HTTP Server", "IBM" }, sfchttpd = { "sfcb", "SBLIM" },
  ["weblogic weblogic server"] = { "WebLogic", "Oracle" }, ["weblogic server"] = { "WebLogic", "Oracle" },
  ["websphere application server"] = { "WebSphere", "IBM" },
  ["sun one web server"] = { "Sun Java System Web Server", "Sun" },
  ["sun one web proxy server"] = { "Sun Java System Web Proxy Server", "Sun" },
  ["sun java system/application server"] = { "Sun Java System Application Server", "Sun" },
  ["sun java system web server"] = { "Sun Java System Web Server", "Sun" },
  ["sun ilom web server"] = { "Sun Integrated Lights Out Manager", "Sun" },
  ["netscape enterprise"] = { "Netscape Enterprise Server", "Netscape" },
  ["sun glassfish enterprise server"] = { "GlassFish Server", "Oracle" },
  ["glassfish server open source edition"] = { "GlassFish Server", "Oracle" },
  ["oracle containers for j2ee"] = { "Oracle Application Server Containers", "Oracle" },
  ["oracle application server containers for j2ee"] = { "Oracle Application Server Containers", "Oracle" },
  ["oracleas web cache"] = { "Oracle Application Server Web Cache", "Oracle" },
  ["oracle9ias"] = { "Oracle Application Server", "Oracle" },
  ["sap j2ee engine"] = { "SAP NetWeaver Application Server Java", "SAP" },
  ["logitech media server"] = { "Logitech Media Server (Squeezebox)", "Logitech" },
  communigatepro = { "CommuniGate Pro", "CommuniGate" }, ["ipswitch imail"] = { "IMail Server", "Ipswitch" },
  gse = { "Google Servlet Engine", "Google" }, gws = { "Google Web Server", "Google" },
  gfe = { "Google Frontend", "Google" }, ats = { "Apache Traffic Server", "Apache" },
  qtss = { "QTSS", "Apple" }, ["mt daapd"] = { "Firefly Media Server", "Firefly" },
  bigip = { "BIG-IP", "F5" },
  ["big ip"] = { "BIG-IP", "F5" }, screenconnect = { "ConnectWise Control", "ConnectWise" },
  pms = { "PMS", "PS3 Media Server" }, stgw = { "Secure Tencent Gateway", "Tencent" },
  ["portable sdk for upnp devices"] = { "libupnp", "libupnp" },
  ["intel sdk for upnp devices"] = { "libupnp", "Intel" },
  ["teamspeak server"] = { "TeamSpeak", "TeamSpeak" }, listmanagerweb = { "ListManager", "Lyris" },
  netapp = { "Data ONTAP", "NetApp", "Data ONTAP" }, ["netcache appliance"] = { "NetCache", "NetApp" },
  ["hikvision webs"] = { "Hikvision Web Server", "Hikvision" },
  ["dvrdvs webs"] = { "Hikvision Web Server", "Hikvision" },
  ["app webs"] = { "Hikvision Web Server", "Hikvision" },
  ["dnvrs webs"] = { "Hikvision Web Server", "Hikvision" },
  wowzastreamingengine = { "Wowza Streaming Engine", "Wowza" },
  wowzamediaserver = { "Wowza Media Server", "Wowza" },
  kong = { "Kong Gateway", "Kong" }, ["proxygen bolt"] = { "Proxygen", "Meta" },
  ups_server = { "ConnectUPS", "Eaton" },
  ["synology/dsm"] = { "DSM", "Synology", "DSM" }, khttpd = { "TUX Web Server", "Red Hat" },
  ["net dk"] = { "Net-DK Web Server", "Net-DK" }, aliyunoss = { "Object Storage Service", "Alibaba" },
  ["sonicwall ssl vpn web server"] = { "SonicWALL SSL-VPN", "SonicWall" },
  ["sonicwall sslvpn web server"] = { "SonicWALL SSL-VPN", "SonicWall" },
  ["serv u"] = { "Serv-U FTP Server", "SolarWinds" }, cloudfront = { "CloudFront Load Balancer", "Amazon" },
  ["libwww perl daemon"] = { "Perl", "Perl" }, ["netdata embedded http server"] = { "NetData", "Netdata" },
}
-- First words that name a maker.
local makers = {
  nginx = "nginx", openresty = "OpenResty", litespeed = "LiteSpeed", cloudflare = "Cloudflare",
  lighttpd = "lighttpd", tengine = "Alibaba", jetty = "Eclipse", caddy = "Caddy",
  gunicorn = "Gunicorn", boa = "Boa", virata = "Virata", rompager = "Allegro",
  allegro = "Allegro", thttpd = "ACME Labs", mini = "ACME Labs", twistedweb = "Twisted Matrix Labs",
  zope = "Zope", webrick = "Ruby", squid = "Squid", kestrel = "Microsoft", websphere = "IBM",
  weblogic = "Oracle", glassfish = "Oracle", resin = "Caucho", zeus = "Zeus", varnish = "Varnish",
  envoy = "Envoy", werkzeug = "Pallets", abyss = "Aprelium", miniupnpd = "MiniUPnP Project",
  platinum = "Plutinosoft", mongoose = "Cesanta", cherokee = "Cherokee", uc = "XiongMai", php = "PHP",
  oracle = "Oracle", ibm = "IBM", sun = "Sun", microsoft = "Microsoft", hp = "HP",
  cisco = "Cisco", netscape = "Netscape", sap = "SAP", avaya = "Avaya", amazon = "Amazon",
  amazons3 = "Amazon", synology = "Synology", apache = "Apache", netware = "Novell", sonicwall = "SonicWall",
  vmware = "VMware", ["intel(r)"] = "Intel", grandstream = "Grandstream", axis = "Axis",
  hikvision = "Hikvision", fortinet = "Fortinet", google = "Google", netgear = "Netgear", linksys = "Linksys",
  asus = "Asus", dell = "Dell", zte = "ZTE", lotus = "IBM", huawei = "Huawei",
  couchbase = "Couchbase", loxone = "Loxone", akamaighost = "Akamai", mikrotik = "MikroTik",
  cherrypy = "CherryPy", docker = "Docker", ntopng = "ntop", windriver = "Wind River", dlink = "D-Link",
  tversity = "TVersity", avm = "AVM", sonos = "Sonos", wowza = "Wowza", ["d-link"] = "D-Link",
    ["tp-link"] = "TP-Link",
}

local function digit(c) return c ~= nil and c >= 48 and c <= 57 end
local find = string.find
-- Where a number begins at `i`, perhaps behind a v.
local function number(text, i)
  local c, after = string.byte(text, i, i + 1)
  if (c == 118 or c == 86) and digit(after) then return i + 1 end
  if (c == 82 or c == 69) and digit(after) then return i end      -- R6_1, E4
  return digit(c) and i or nil
end

-- Name/1.2, Name 1.2, Name (1.2), Name-1.2, Name Ver 1.2: where the name ends and the number stands.
local ends = { [47] = true, [32] = true, [40] = true, [44] = true, [59] = true, [45] = true }
local announced = { "ver ", "version ", "release " }
local function name_and_number(text)
  local bytes = { string.byte(text, 1, 100) }
  local lower = string.lower(string.sub(text, 1, 100))
  for i = 2, #bytes do
    local c = bytes[i]
    if ends[c] and not (c == 40 and (string.sub(text, i, i + 2) == "(R)" or string.sub(text, i,
      i + 3) == "(TM)")) then
      local at, wordy = number(text, i + 1), false
      for _, word in ipairs(announced) do
        if not at and c == 32 and string.sub(lower, i + 1, i + #word) == word then
          at, wordy = number(text, i + 1 + #word), true
        end
      end
      if at and c ~= 44 and c ~= 59 then
        local stop, dots = at, 0
        while true do
          local d = bytes[stop]
          if not d or d <= 32 or d == 41 or d == 44 or d == 59 or ends[d] and d ~= 45
            and not (d == 47 and c == 47 and digit(bytes[stop + 1])) then
            break
          end
          if d == 46 then dots = dots + 1 end
          stop = stop + 1
        end
        -- A hyphen belongs to names such as WRT-54, unless a dotted number ends the words.
        local alone = c == 32 and stop > #text and stop - at > 0 and not (stop - at == 1 and i < 4)
        if wordy or c ~= 45 and c ~= 32 or dots > 0 or alone then
          local pack = string.sub(text, stop, stop + 2) == " SP" and digit(bytes[stop + 3])
          if pack then stop = stop + 4 end
          while bytes[i - 1] == 32 do i = i - 1 end
          return string.sub(text, 1, i - 1), string.sub(text, at, stop - 1)
        end
      elseif c == 40 and bytes[i - 1] == 32 and i > 2 then         -- Name (Other/1.2)
        local stop = i + 1
        while bytes[stop] and bytes[stop] ~= 47 and bytes[stop] ~= 41 do stop = stop + 1 end
        local from = bytes[stop] == 47 and bytes[stop + 1] and number(text, stop + 1)
        local last = from or 1
        while bytes[last] and bytes[last] ~= 41 and bytes[last] ~= 59 and bytes[last] > 32 do
          last = last + 1
        end
        local first = bytes[1] or 0
        return string.sub(text, 1, i - 2), from and bytes[last] == 41 and first ~= 65
          and string.sub(text, from, last - 1) or nil
      elseif c == 47 and bytes[i + 1] == 47 then                    -- Name//1.2
        local from = number(text, i + 2)
        if from then return string.sub(text, 1, i - 1), string.sub(text, from) end
      elseif c ~= 32 and c ~= 45 and not (c == 47 and string.sub(lower, 1, i) == "sun-java-system/")
        and not (c == 47 and string.sub(lower, 1, i) == "synology/") then
        -- Name/Other Release 9.2: the number may still be announced.
        local at = find(lower, " release ", i)
        local from = at and number(text, at + 9)
        local last = from or 1
        while bytes[last] and bytes[last] > 32 do last = last + 1 end
        return string.sub(text, 1, bytes[i - 1] == 32 and i - 2 or i - 1), from
          and string.sub(text, from, last - 1) or nil
      end
    end
  end
  while string.byte(text, #text) == 32 do text = string.sub(text, 1, -2) end
  if string.sub(lower, 1, 9) == "synology/" then text = string.sub(text, 1, 12) end
  return text
end

-- "Linux/3.4 UPnP/1.0 Name/1.2": what follows the last of the standards, and the system before the first.
local standards = { "UPnP/", "DLNADOC/", "HTTP/", "STUNNEL/", "WEBACCESS/", "SSDP/" }
local function behind_upnp(text)
  local any
  for _, word in ipairs(standards) do any = any or find(text, word, 1) end
  if not any then return nil end
  local from, system
  local before = 32
  for i = 1, #text - 5 do
    local c = string.byte(text, i)
    -- Only behind a blank or a comma begins a word.
    for k = 1, (before == 32 or before == 44) and #standards or 0 do
      local word = standards[k]
      if c == string.byte(word) and string.sub(text, i, i + #word - 1) == word and (i > 1 or word ~= "HTTP/") then
        if not from and i > 2 then
          system = string.sub(text, 1, string.byte(text, i - 2) == 44 and i - 3 or i - 2)
        end
        from = i
      end
    end
    before = c
  end
  if not from then return nil end
  while from <= #text and string.byte(text, from) ~= 32 and string.byte(text,
    from) ~= 44 do from = from + 1 end
  while from <= #text and (string.byte(text, from) == 32 or string.byte(text,
    from) == 44) do from = from + 1 end
  if from > #text then
    return system and not digit(string.byte(system)) and not find(system, "/", 1) and system or nil, system
  end
  return string.sub(text, from), system
end

-- One server inside another names it behind itself: "Servlet 2.4; JBoss-4.2", "Name/4.0 Apache/1.3",
-- "Oracle HTTP Server Powered by Apache/1.3".  The one whose code answers counts.
local function engine(text)
  if string.sub(text, 1, 7) == "Servlet" then
    local at = find(text, "JBossAS", 8) or find(text, "JBoss", 8) or find(text, "Tomcat", 8)
    if at then
      local stop = at
      while stop <= #text and string.byte(text, stop) ~= 32 and string.byte(text, stop) ~= 41 do
        stop = stop + 1
      end
      return string.sub(text, at, stop - 1)
    end
  end
  local at = find(text, " Apache/", 2)
  if at and digit(string.byte(text, at + 8)) then return string.sub(text, at + 1) end
end

-- An edition ends the names of one maker: Oracle-HTTP-Server-11g.
local function without_edition(name)
  local stop = #name
  local last = string.byte(name, stop)
  if not (last == 103 or last == 105 or last == 99) or not digit(string.byte(name, stop - 1)) then
    return name
  end
  stop = stop - 1
  while digit(string.byte(name, stop)) do stop = stop - 1 end
  local before = string.byte(name, stop)
  return (before == 45 or before == 32) and string.sub(name, 1, stop - 1) or name
end
local function with_blanks(name)
  local list = { string.byte(name, 1, 80) }
  for i = 1, #list do
    if list[i] == 45 or list[i] == 95 then list[i] = 32 end
  end
  return string.char(table.unpack(list))
end
-- Behind a number may stand what is no part of it: a system, an edition.
local no_number = {
  "-enterprise", "-Win", "-Linux", "-Mac", "-mac", "-X1", "-X2", "-release", "-FreeBSD", "-Unix",
    "-OpenBSD", "-ubuntu",
  "-Ubuntu", "-debian", "-Debian",
}

-- What stands first in brackets often is the system: (Debian), (Red Hat Enterprise Linux), (Oracle Linux).
local systems = {
  "Ubuntu", "Debian", "Raspbian", "CentOS", "Red Hat", "RedHat", "Fedora", "FreeBSD", "Mac OS X", "Mac OSX",
  "MacOS X", "MacOSX", "Darwin", "Win32", "Win64", "Windows", "Unix", "UNIX",
}
local function bracketed(text)
  local from = find(text, "(", 1)
  if not from then return nil end
  local stop = from + 1
  while stop <= #text and string.byte(text, stop) ~= 41 and string.byte(text,
    stop) ~= 47 do stop = stop + 1 end
  local inside = string.sub(text, from + 1, stop - 1)
  for _, name in ipairs(systems) do
    local after = string.byte(inside, #name + 1) or 32
    if string.sub(inside, 1, #name) == name and (after < 48 or after > 57 and after < 65) then
      return string.sub(name, 1, 3) == "Red" and inside or name
    end
  end
  for i = 3, #inside do
    if string.byte(inside, i) == 32 then
      return string.sub(inside, i, i + 5) == " Linux" and string.sub(inside, 1, i + 5) or nil
    end
  end
end

-- What the words of a Server header mean.
local function service(text)
  text = string.sub(text, 1, 300)
  local first, second = string.byte(text, 1, 2)
  local words, system = behind_upnp(text)
  -- Only letters begin a name; behind the standards everything does.
  if not words and (first < 65 or first > 90 and first < 97 or first > 122) then
    return { os = bracketed(text) }
  end
  local whole = engine(text) or words or text
  if string.sub(whole, 1, 7) == "Oracle-" then
    local blank = find(whole, " ", 1)
    if blank and not find(string.sub(whole, 1, blank), "/", 1) then
      whole = string.sub(whole, 1, blank - 1)
    end
  end
  local product, version = name_and_number(whole)
  system = system or bracketed(text)
  local plain = without_edition(product)
  if plain ~= product or string.sub(product, 1, 7) == "Oracle-" then product = with_blanks(plain) end
  local lower = string.lower(with_blanks(product))
  local stop = 1
  while stop <= #lower and string.byte(lower, stop) ~= 32 do stop = stop + 1 end
  local front = string.sub(lower, 1, stop - 1)
  local name = known[lower] or known[string.lower(product)]
  if not name and string.byte(product, stop) == 32 then name = known[front] end
  if version then
    for _, word in ipairs(no_number) do
      local at = find(version, word, 2)
      if at then version = string.sub(version, 1, at - 1) end
    end
    for i = 2, #version - 1 do
      if string.byte(version, i) == 43 and string.byte(version, i + 1) > 57 then
        version = string.sub(version, 1, i - 1) break
      end
    end
    if string.byte(version) == 69 then version = string.sub(version, 2) end
  end
  if front == "abyss" then                                          -- its editions: Abyss/2.3-X1-Win32
    local at = find(whole, "-X", 1)
    if at then product = "Abyss Web Server " .. string.sub(whole, at + 1, at + 2) end
  end
  local maker = makers[front] or makers[string.lower(string.sub(product, 1, stop - 1))]
  if not maker then                                                 -- d-link, tp-link
    local k = 1
    while k <= #product and string.byte(product, k) ~= 32 do k = k + 1 end
    maker = makers[string.lower(string.sub(product, 1, k - 1))]
  end
  if name then return { product = name[1], vendor = name[2], version = version, os = name[3] or system } end
  return { product = product, vendor = maker, version = version, os = system }
end

-- Devices ask for a password in the name of their model: "NETGEAR R7000", "DIR-615".
local device_makers = {
  ["netgear"] = true, ["tp-link"] = true, ["linksys"] = true, ["d-link"] = true, ["zyxel"] = true,
  ["asus"] = true, ["hp"] = true, ["axis"] = true, ["cisco"] = true,
}
local function model(text)
  local i, letters = 1, 0
  while i <= #text and string.byte(text, i) ~= 32 do i = i + 1 end
  if device_makers[string.lower(string.sub(text, 1, i - 1))] and i < #text then
    while i <= #text do
      local c = string.byte(text, i)
      local letter = c >= 65 and c <= 90 or c == 95 or c >= 97 and c <= 122
      if not letter and not (c == 32 or c == 43 or c >= 45 and c <= 57) then break end
      i = i + 1
    end
    return { device = string.sub(text, 1, i - 1), product = string.sub(text, 1, i - 1) }
  end
  while letters <= 5 do
    local c = string.byte(text, letters + 1) or 0
    if not (c >= 65 and c <= 90 or c >= 97 and c <= 122) then break end
    letters = letters + 1
  end
  local at = string.byte(text, letters + 1) == 45 and letters + 2 or letters + 1
  if letters < 2 or letters > 5 or not digit(string.byte(text, at))
    or not digit(string.byte(text, at + 1)) then
    return nil
  end
  i = at
  while i <= #text do
    local c = string.byte(text, i)
    if not (c == 45 or digit(c) or c >= 65 and c <= 90 or c == 95 or c >= 97 and c <= 122) then break end
    i = i + 1
  end
  return { device = string.sub(text, 1, i - 1), product = string.sub(text, 1, i - 1) }
end

protocol "http" {
  title     = "Hypertext Transfer Protocol",
  reference = "RFC 9112 sections 3 and 4",
  category  = "web",
  also      = { "www", "http-alt" },
  ports     = { "80/tcp" },
  alternates = {
    "81/tcp", "591/tcp", "3000/tcp", "5000/tcp", "8000/tcp", "8008/tcp", "8080-8083/tcp", "8088/tcp",
    "8888/tcp",
    "9080/tcp", "9090/tcp",
  },

  -- A server that answers in HTTP is a web server, whatever it was asked, unless it was asked as a proxy.
  tcp { client = none { asks_other }, server = all { status, none { tunnel_stands } }, alone = "server" },
  tcp { client = request, server = any { roughly, late }, alone = "client" },
  tcp { client = simple, server = html },

  -- One pass over the lines of the head, behind answers such as 100 that another one follows (RFC 9110
  -- section 15.2).  Where no server names itself, what it is powered by stands for it.
  fields {
    server = {
      [[(?ix) ^
      (?: HTTP/1\.[01] \ + 1[0-9][0-9] \b [^\n]*+ \n (?:[^\r\n]++ \r?\n)*+ \r?\n (?=HTTP/1\.[01]) )*+
      (?:HTTP/(?<protocol_version>1\.[01]))? [^\n]*+ \n (?:
      Server: [\ \t]*+ (?<banner> [^\r\n]*\S ) [^\n]*+ \n?
    | X-Powered-By: [\ \t]*+
        (?(<banner>) | (?= (?<software> [^\r\n]*+ ) (?! \r?\n (?:[^\r\n]+\r?\n)*? Server: ) )? )
        (?<info> [^\r\n]++ ) [^\n]*+ \n?
    | WWW-Authenticate: [\ \t]*+ \w++ \ realm="(?<realm>[^"\r\n]++) [^\n]*+ \n?
    | [^\r\n]++ \r? \n?
    )*+ ]],
      -- HTTP/2 without TLS follows (RFC 7540 section 3.2); others only offer it.
      [[(?i)^HTTP/1\.1 101\b[^\n]*\n(?:[^\r\n]+\r?\n)*?Upgrade:[ \t]*(?<upgrade>h2c)]],
    },
    client = [[(?ix) ^ [^\n]*+ \n (?:
      User-Agent: [\ \t]*+ (?<user_agent> [^\r\n]*\S ) [^\n]*+ \n?
    | Authorization: [\ \t]*+ (?<login> Basic ) \  [^\n]*+ \n?
    | Host: [\ \t]*+ (?<hostname> [^\s:]++ | \[[^\]\s]++\] ) [^\n]*+ \n?
    | [^\r\n]++ \r? \n?
    )*+ ]],
    describe = { banner = service, software = service, realm = model },
  },

  upgrade "docker-api" { product = "Docker" },
  upgrade "http2" { upgrade = "h2c" },

  probe { send = "GET / HTTP/1.0\r\nUser-Agent: offport-probe\r\nAccept: */*\r\n\r\n" },

  example { client = "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n",
    server = "HTTP/1.1 200 OK\r\nServer: Demo/1.0\r\n\r\n" },
  example { client = "PROPFIND /dav/ HTTP/1.1\r\nHost: example.org\r\n\r\n" },
  example { server = "HTTP/1.0 404 Not Found\r\n\r\n" },
  example { client = "PUT /a HTTP/1.1\r\nHost: example.org\r\nExpect: 100-continue\r\n\r\n",
    server = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nServer: Demo/1.0\r\n\r\n" },
  example { client = "GET / HTTP/1.1\r\nHost: example.org\r\nConnection: Upgrade, HTTP2-Settings\r\n"
      .. "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
    server = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n" },
  example { client = "no such method\r\n\r\n", server = "HTTP/1.1 400 Bad Request\r\n\r\n" },
  example { client = "GET http://example.org/ HTTP/1.1\r\n\r\n", server = "HTTP/1.1 200 OK\r\n\r\n" },
  counterexample { client = "GET / HTTP/1.1\r\n\r\n", server = "SSH-2.0-OpenSSH_9.6\r\n" },
  counterexample { client = "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n",
    server = "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n" },
  counterexample { client = "OPTIONS sip:a@example.org SIP/2.0\r\n\r\n", server = "SIP/2.0 200 OK\r\n\r\n" },
  counterexample { client = "CONNECT example.org:443 HTTP/1.1\r\n\r\n", server = "HTTP/1.1 200 OK\r\n\r\n" },
  example { client = "GET /\r\n", server = "<html><body>hello</body></html>" },
  counterexample { client = "GET /\r\n" },
  counterexample { client = "GET /\r\n", server = "iHello\tfake\t(NULL)\t0\r\n.\r\n" },
}
