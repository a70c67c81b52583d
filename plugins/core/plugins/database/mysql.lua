-- A packet is: length (3 bytes, little end first), sequence number, content.  The server speaks first, with
-- sequence 0: version 10 and its name (Protocol::HandshakeV10), or an error (255); the client answers with
-- sequence 1.
local function greeting(m)
  local v = m.server
  if not v then return true end
  local length = v:u16le(0)
  if not length or length < 10 or length > 1024 then return false end
  -- error codes of a server begin at 1000
  if v:u8(4) == 0xFF then return length == v:size() - 4 and v:u16le(5) >= 1000 end
  local stop = v:find(5, "\0")                                    -- the version's end
  if not stop then return v:size() < 200 and more or false end
  local first = v:u8(5)
  -- a version begins with a digit
  if stop < 8 or stop > 100 or first < 0x30 or first > 0x39 then return false end
  local filler = v:u8(stop + 13)                                  -- thread id 4, scramble 8, zero
  if not filler then return v:size() < 4 + length and more or false end
  return filler == 0
end

-- A login names its parts by flags (CLIENT_PROTOCOL_41 and CLIENT_SECURE_CONNECTION are set since 4.1); a
-- request for TLS is the first 32 bytes of it, before TLS's own.
local function login(m)
  local v = m.client
  local length, size = v:u16le(0), v:size()
  if length < 32 or v:u16le(4) & 0x8200 ~= 0x8200 then return false end
  if length == 32 then return size == 36 or v:u16(36) == 0x1603 end
  return size == length + 4 or size > length + 6 and v:u8(length + 6) == 0
end

-- The length leads to the end, or to the next packet, which begins a new command.
local function query(m)
  local v = m.client
  local stop, size = v:u16le(0) + 4, v:size()
  return size == stop or size < stop and size >= 1400 or size > stop + 4 and v:u8(stop + 3) == 0
end

-- Builders of MySQL leave their mark in the version: their own word, and often the system's.
local marks = {
  { "Percona", "Percona Server", "Percona" }, { "percona", "Percona Server", "Percona" },
  { "MariaDB", "MariaDB", "MariaDB" }, { "maria", "MariaDB", "MariaDB" }, { "TiDB", "TiDB", "PingCAP" },
  { "Vitess", "Vitess", "Vitess" }, { "Dolt", "Dolt", "DoltHub" }, { "Doris", "Apache Doris", "Apache" },
  { "StarRocks", "StarRocks", "StarRocks" }, { "OceanBase", "OceanBase", "Ant Group" },
  { "Drizzle", "Drizzle", "Drizzle" }, { "ScaleBase", "MySQL (ScaleBase)", "Oracle" },
}
local systems = {
  { "ubuntu", "Ubuntu" }, { "ubu2", "Ubuntu" }, { "Debian", "Debian" }, { "deb.sury", "Debian or Ubuntu" },
  { "+deb", "Debian" }, { "dotdeb", "Debian" }, { "precise", "Ubuntu 12.04" }, { "trusty", "Ubuntu 14.04" },
  { "xenial", "Ubuntu 16.04" }, { "bionic", "Ubuntu 18.04" }, { "focal", "Ubuntu 20.04" },
  { "jammy", "Ubuntu 22.04" }, { "noble", "Ubuntu 24.04" }, { "squeeze", "Debian 6" },
  { "lucid", "Ubuntu 10.04" }, { "wheezy", "Debian 7" }, { "jessie", "Debian 8" }, { "stretch", "Debian 9" },
  { "buster", "Debian 10" }, { "wily", "Ubuntu 15.10" }, { "saucy", "Ubuntu 13.10" },
  { "bullseye", "Debian 11" }, { "bookworm", "Debian 12" }, { "-nt", "Windows" }, { "cll", "CloudLinux" },
  { "alt", "ALT Linux" }, { "artful", "Ubuntu 17.10" }, { "zesty", "Ubuntu 17.04" },
  { "yakkety", "Ubuntu 16.10" }, { "quantal", "Ubuntu 12.10" }, { "raring", "Ubuntu 13.04" },
  { "utopic", "Ubuntu 14.10" }, { "vivid", "Ubuntu 15.04" }, { "cosmic", "Ubuntu 18.10" },
  { "disco", "Ubuntu 19.04" }, { "eoan", "Ubuntu 19.10" }, { "groovy", "Ubuntu 20.10" },
  { "hirsute", "Ubuntu 21.04" },
}

local find = string.find

local function named(text, from, list)
  for _, entry in ipairs(list) do
    if find(text, entry[1], from) then return entry end
  end
end

local function is_digit(c) return c ~= nil and c >= 48 and c <= 57 end

-- 8.0.30, 5.0.51a, 5.0.82sp1: figures and dots, then a letter or a service pack.
local function number(text, from)
  local at = from
  while is_digit(string.byte(text, at)) or string.byte(text, at) == 46 do at = at + 1 end
  local letter, after = string.byte(text, at, at + 1)
  if string.sub(text, at, at + 1) == "sp" then
    at = at + 3
  elseif letter and letter >= 97 and letter <= 122 and (after == nil or after == 45) then
    at = at + 1
  end
  if string.byte(text, at - 1) == 46 then at = at - 1 end
  return string.sub(text, from, at - 1)
end

local function meaning(text)
  if not is_digit(string.byte(text)) then                        -- an error, not a version
    if find(text, "MariaDB", 1) then return { product = "MariaDB", vendor = "MariaDB" } end
    -- Both say most errors in the same words, in the language of the server.
    local proxy = find(text, "Proxy", 1) or find(text, "(proxy)", 1)
    return { product = proxy and "MySQL Proxy" or "MySQL" }
  end
  text = string.sub(text, 1, 80)
  -- MariaDB puts 5.5.5- before its own number, so that old replicas accept it.
  local start = string.sub(text, 1, 6) == "5.5.5-" and 7 or 1
  local version = number(text, start)
  local at = start + #version
  local mark, system = named(text, 1, marks), named(text, at, systems)
  -- Percona's builds are 5.6.20-68.0: a second number with a dot.
  local dot = find(text, ".", at + 1)
  if not mark and string.byte(text, at) == 45 and dot and dot - at == 3 then
    local c, after = string.byte(text, at + 1), string.byte(text, dot + 1)
    if c >= 49 and c <= 57 and is_digit(after) then mark = marks[1] end
  end
  -- 5.1.2-rel3.4, 5.1.2rel3.4: Percona's older builds.
  local rel = string.sub(text, at, at + 3) == "-rel"
    and at + 4 or string.sub(text, at, at + 2) == "rel" and at + 3
  if not mark and rel and is_digit(string.byte(text, rel)) then
    mark = marks[1]
    version = string.sub(text, start, rel - 1) .. number(text, rel)
  end
  if not mark and start == 7 or find(text, "tokudb", 1) and not mark then mark = marks[3] end
  if mark and mark[2] == "MariaDB" then
    -- Others' numbers may stand first: 5.7.0-10.2.3-MariaDB.
    local other = string.byte(text, at) == 45 and is_digit(string.byte(text, at + 1)) and number(text, at + 1)
    if other and find(other, ".", 3) and string.sub(text, at + 1 + #other, at + 8 + #other) == "-MariaDB" then
      version = other
    end
    local colon = find(text, ":", at)
    if colon and start == 1 and find(version, ".", 1) and is_digit(string.byte(text, colon + 1)) then
      local behind = number(text, colon + 1)
      if string.byte(behind, 1) == 49 and string.byte(behind, 3) == 46 then version = behind end
    end
  elseif not mark and string.byte(text, at) == 45 and is_digit(string.byte(text, at + 1)) then
    -- A revision of the package: 5.5.1-0+deb8u1, 5.5.1-1.1.
    local revision = number(text, at + 1)
    local after = string.byte(text, at + 1 + #revision)
    if after == nil or after == 43 or after == 45 then version = version .. "-" .. revision end
  end
  return {
    version = version, os = system and system[2] or nil,
    product = mark and mark[2] or "MySQL", vendor = mark and mark[3] or "Oracle",
  }
end

-- What a statement begins with.
local statement = [[(?:SELECT|INSERT|UPDATE|DELETE|SHOW|SET|CREATE|DROP|ALTER|START|USE|BEGIN|COMMIT)\b]]

protocol "mysql" {
  title     = "MySQL and MariaDB",
  reference = "MySQL client/server protocol: Protocol::HandshakeV10, ERR_Packet",
  category  = "database",
  ports     = { "3306/tcp" },
  alternates = { "3307/tcp", "3308/tcp", "33060/tcp" },

  -- 0A: protocol version 10.  A client that answers has sequence number 1.
  tcp { client = bytes "?? ?? 00 01", server = bytes "?? ?? 00 00 0A", alone = "server", check = greeting },
  -- The greeting comes first, whatever is then said to it.
  tcp { server = bytes "?? ?? 00 00 0A 3?", check = greeting },
  -- An error instead of a greeting: too many connections (1040), a host without a name (1042), shutting down
  -- (1053), a host that is blocked (1129) or not allowed (1130).
  tcp { server = bytes "?? ?? 00 00 FF [10,12,1D,69-6A] 04", alone = "server", check = greeting },

  -- The client's side: a login or the request for TLS before it, with its 19 zeros; or a query joined midway.
  tcp { client = bytes "?? ?? 00 01 ?? [82-FF] ?? ?? ?? ?? ?? ?? [01-FF] 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 \z
      00 00 00 00", server = bytes "?? ?? 00 ??", alone = "client", check = login },
  tcp { client = all { bytes "?? ?? 00 00 03", matches([[(?is)^..\x00\x00\x03(?:\x00\x01)?]] .. statement) },
    server = any { bytes "?? ?? 00 01", bytes "07 00 00 02 00 00 00" }, alone = "client", check = query },

  -- The X Protocol: a length, little end first, a type, and Protocol Buffers.  A server says hello in a notice
  -- (11); before 8.0.16 it waits to be asked what it can do (1), and lists it (2).
  tcp { server = bytes "05 00 00 00 0B 08 05 1A 00", alone = "server" },
  tcp { client = bytes "01 00 00 00 01", server = bytes "?? ?? 00 00 02 0A ?? 0A" },

  upgrade "tls" {},                                              -- SSLRequest

  -- The version; or what an error says behind its number and perhaps # and a state, and behind whom it turns
  -- away: Host '...', L'hôte '...'.
  fields {
    server = [[(?sJ)^...\x00(?:\x0A(?<banner>[^\x00]+)\x00|\xFF..(?:#.{5})?]]
      .. [[(?:(?:'Host'\x20)?(?:[^'\x00]|(?<=[A-Za-z])'){0,40}(?<![A-Za-z])'(?!host')[^'\x00]*',?\x20?)?]]
      .. [[(?<banner>[^\x00]{1,200}))]],
    describe = { banner = meaning },
  },

  example { client = hex "20 00 00 01 85 A6 FF 01",
    server = "\x2A\0\0\0\x0A8.0.30\0\8\0\0\0abcdefgh\0\xFF\xFF\xFF\2\0\xFF\xDF" },
  -- A load balancer that takes it for a web server.
  example { client = "GET /health HTTP/1.0\r\n\r\n",
    server = "\x4A\0\0\0\x0A5.7.44\0\8\0\0\0abcdefgh\0\xFF\xFF\8\2\0\xFF\xC1\x15"
      .. string.rep("\0", 10) .. "ijklmnopqrst\0mysql_native_password\0" },
  example { server = "\x0E\0\0\0\xFF\x6A\x04Host 'a' is" },
  example { server = "\x2C\0\0\0\xFF\x12\4#08S01Can't get hostname for your address" },
  example { server = hex "05 00 00 00 0B 08 05 1A 00" },
  example { client = hex "01 00 00 00 01",
    server = hex "12 00 00 00 02 0A 0F 0A 03" .. "tls" .. hex "12 08 08 01 12 04 08 07 40 00" },
  example { client = "\x20\0\0\1\x85\xAE\xFF\1\0\0\0\1\x2D" .. string.rep("\0", 23) },
  example { client = "\9\0\0\0\3SELECT 1", server = "\1\0\0\1\1" },
  counterexample { client = "\9\0\0\0\3SELECT 1 and more", server = "\1\0\0\1\1" },
  counterexample { client = "\x20\0\0\1\x85\xAE\xFF\1\0\0\0\1\x2D" .. string.rep("\1", 23) },
  counterexample { server = "\x2A\0\0\0\x0Ahello\0\8\0\0\0abcdefgh\0" },
}
