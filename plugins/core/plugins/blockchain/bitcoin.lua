-- A network's four bytes, a command in twelve, filled with zeros, a length, a checksum (Bitcoin developer
-- reference, P2P network, message headers).  Each side begins with "version": its number, services, time,
-- two addresses, a nonce, its name.
local version = starts "version\0\0\0\0\0"

-- The length: 85 bytes at least, and a name of 256 at most.
local function check(m)
  local v = m.client or m.server
  local length = v:u32le(16)
  if not length then return more end
  return length >= 46 and length < 1024
end

local function tell(v)
  if not v or not v:u32le(24) then return {} end
  local out, length = { protocol_version = string.format("%d", v:u32le(24)) }, v:u8(104)
  if length and length > 0 and length < 128 and v:u8(105) == 0x2F then out.software = v:bytes(105, length) end
  return out
end

local function server(m) return tell(m.server) end
local function client(m) return tell(m.client) end

-- Main, test (3 and 4), signet, regression.
protocol "bitcoin" {
  title     = "Bitcoin",
  reference = "Bitcoin developer reference, P2P network, message headers",
  category  = "blockchain",
  ports     = { "8333/tcp", "18333/tcp", "48333/tcp", "38333/tcp", "18444/tcp" },

  tcp { either = all { any { bytes "F9 BE B4 D9", bytes "0B 11 09 07", bytes "1C 16 3F 28",
    bytes "0A 03 CF 40",
    bytes "FA BF B5 DA" }, at(4, version) }, alone = { "client", "server" }, check = check },
  -- From the middle: other commands of the main network.
  tcp { either = all { bytes "F9 BE B4 D9", at(4, any { starts "inv\0\0\0\0\0\0\0\0\0",
    starts "ping\0\0\0\0\0\0\0\0",
    starts "pong\0\0\0\0\0\0\0\0", starts "tx\0\0\0\0\0\0\0\0\0\0", starts "addr\0\0\0\0\0\0\0\0",
    starts "getdata\0\0\0\0\0", starts "headers\0\0\0\0\0", starts "getheaders\0\0",
      starts "verack\0\0\0\0\0\0" }) },
        alone = { "client", "server" } },

  fields { server = server, client = client },

  example { client = "\xF9\xBE\xB4\xD9version\0\0\0\0\0\x66\0\0\0\1\2\3\4\x80\x11\1\0" .. string.rep("\0",
    98),
    server = "\xF9\xBE\xB4\xD9version\0\0\0\0\0\x66\0\0\0\1\2\3\4\x80\x11\1\0" .. string.rep("\0", 98) },
  example { client = "\xF9\xBE\xB4\xD9ping\0\0\0\0\0\0\0\0\8\0\0\0\1\2\3\4" },
  counterexample { client = "\xFB\xC0\xB6\xDBversion\0\0\0\0\0\x66\0\0\0\1\2\3\4" },
  counterexample { client = "\xF9\xBE\xB4\xD9verzion\0\0\0\0\0\x66\0\0\0" },
}

-- The same messages with other first bytes: pchMessageStart in each project's chainparams.cpp.
-- Where a port was another's first, the coin shares it.
local function coin(name, title, magic, homes, sample)
  protocol (name) {
    title     = title,
    reference = title .. " Core, chainparams.cpp; Bitcoin developer reference, message headers",
    category  = "blockchain",
    ports     = homes.ports,
    shares    = homes.shares,
    tcp { either = all { magic, at(4, version) }, alone = { "client", "server" }, check = check },
    fields { server = server, client = client },
    example { client = hex(sample) .. "version\0\0\0\0\0\x66\0\0\0\1\2\3\4\x7F\x11\1\0" .. string.rep("\0",
      98) },
    counterexample { client = "\xF9\xBE\xB4\xD9version\0\0\0\0\0\x66\0\0\0\1\2\3\4\x80\x11\1\0"
      .. string.rep("\0", 98) },
  }
end

coin("litecoin", "Litecoin", any { bytes "FB C0 B6 DB", bytes "FD D2 C8 F1" },
  { ports = { "9333/tcp", "19335/tcp" } },
  "FB C0 B6 DB")
coin("dogecoin", "Dogecoin", any { bytes "C0 C0 C0 C0", bytes "FC C1 B7 DC" },
  { ports = { "22556/tcp", "44556/tcp" } },
  "C0 C0 C0 C0")
coin("bitcoin-cash", "Bitcoin Cash", any { bytes "E3 E1 F3 E8", bytes "F4 E5 F3 F4" },
  { shares = { "8333/tcp", "18333/tcp" } },
  "E3 E1 F3 E8")
coin("dash", "Dash", any { bytes "BF 0C 6B BD", bytes "CE E2 CA FF" },
  { ports = { "19999/tcp" }, shares = { "9999/tcp" } },
  "BF 0C 6B BD")
coin("zcash", "Zcash", any { bytes "24 E9 27 64", bytes "FA 1A F9 BF" },
  { ports = { "8233/tcp", "18233/tcp" } },
  "24 E9 27 64")
