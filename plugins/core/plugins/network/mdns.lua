-- DNS messages among neighbours (RFC 6762 section 18): the id is zero (but see below), recursion is never
-- desired, names end in .local or are reverse names, and replies carry no question.

-- Opcode 0; of the flags only QR, AA and TC are used.
local header = any { bytes "?? ?? 00 00 00 ?? 00 ??", bytes "?? ?? 02 00 00 ?? 00 ??",
  bytes "?? ?? 84 00 00 ?? 00 ??",
  bytes "?? ?? 80 00 00 ?? 00 ??" }
-- One that asks with a number and EDNS is no legacy querier, but asks for a zone in .local.
local iterative = all { bytes "?? ?? 00 ?? 00 01 00 00 00 00 00 01", none { bytes "00 00" } }
-- A zone is transferred, in whole or since a number (RFC 5936, RFC 1995).
local transfer = all { bytes "?? ?? ?? ?? 00 01", at(12, seq { labels(), bytes "00 [FB-FC]" }) }
-- A name, a type, class Internet or any; its top bit says: answer me alone, or forget the old one.
local record = at(12, any { seq { labels(), bytes "?? ?? [00,80] 01" },
  seq { labels(), bytes "?? ?? [00,80] FF" } })
-- Legacy queriers use an id (section 6.7); then only the name tells.
local name = any { contains "\5local", all { bytes "00 00", contains "\4arpa\0" } }

-- Apple's devices say their kind and number (MacBookPro12,1), or the code of their board (D1AP): what
-- runs on them follows from that.
local systems = {
  { "Mac", "Mac OS X" }, { "iMac", "Mac OS X" }, { "Xserve", "Mac OS X" }, { "iPhone", "iOS" },
  { "iPad", "iOS" },
  { "iPod", "iOS" }, { "AppleTV", "tvOS" }, { "AudioAccessory", "audioOS" }, { "HomePod", "audioOS" },
  { "Watch", "watchOS" },
  { "RealityDevice", "visionOS" }, { "AirPort", "AirPort Base Station Firmware" },
  { "TimeCapsule", "Time Capsule Firmware" },
  { "PowerMac", "Mac OS X" }, { "PowerBook", "Mac OS X" }, { "RackMac", "Mac OS X" },
  { "VMware", "Mac OS X" },
}
local boards = { M = "iOS", B = "audioOS", D = "iOS", J = "iOS", N = "iOS", K = "iOS", P = "iOS" }
local function system(text)
  for _, entry in ipairs(systems) do
    if string.sub(text, 1, #entry[1]) == entry[1] then
      return { product = entry[2], os = entry[2], vendor = "Apple" }
    end
  end
  local digit = string.byte(text, 2) or 0
  local board = boards[string.sub(text, 1, 1)]
  if board and string.sub(text, -2) == "AP" and digit >= 48 and digit <= 57 then
    return { product = board, os = board, vendor = "Apple" }
  end
  return { product = text }
end

protocol "mdns" {
  title     = "Multicast DNS (mDNS)",
  reference = "RFC 6762 section 18",
  category  = "network",
  also      = { "zeroconf" },
  ports     = { "5353/udp" },

  udp { either = all { header, record, name, none { iterative, transfer } }, alone = { "client", "server" } },

  fields {
    server = {
      -- The device's own TXT records: model=MacBookPro12,1 and the major number of its system, or Avahi's
      -- cookie.
      [[(?sx) \x0C_(?:device-info|workstation)
        (?: (?= .{0,300}? model=(?<device>[\x21-\x7e]{2,40}?) (?:[\x00-\x1f]|\z) ) )?
        (?: (?= .{0,300}? osxvers=(?<osxvers>\d{1,2}) ) )?
        (?: (?= .{0,300}? (?<software>org\.freedesktop\.Avahi) ) )? ]],
    },
    describe = {
      osxvers = function(text)
        -- Darwin's number: 15 is 10.11, 20 is 11.
        local kernel = tonumber(text) or 0
        if kernel < 5 then return nil end
        local version = kernel < 20 and "10." .. kernel - 4 or kernel < 25 and kernel - 9 .. ".0" or nil
        return { os = "Mac OS X", product = "Mac OS X", vendor = "Apple", version = version }
      end,
      device = system,
      software = function() return { product = "Avahi", vendor = "Avahi" } end,
    },
  },

  probe { home = true, send = hex "00 00 00 00 00 01 00 00 00 00 00 00 09" .. "_services" .. hex "07" .. "_dns-sd" .. hex "04" .. "_udp" ..
    hex "05" .. "local" .. hex "00 00 0C 00 01" },

  example { client = "\0\0\0\0\0\1\0\0\0\0\0\0\4_ipp\4_tcp\5local\0\0\12\128\1" },
  example { client = "\0\0\x84\0\0\0\0\1\0\0\0\0\4desk\5local\0\0\1\128\1\0\0\0\x78\0\4\xC0\0\2\1" },
  example { client = "\0\0\0\0\0\1\0\0\0\0\0\0\4desk\x0C_device-info\4_tcp\5local\0\0\16\128\1",
    server = "\0\0\x84\0\0\0\0\1\0\0\0\0\4desk\x0C_device-info\4_tcp\5local\0\0\16\128\1"
      .. "\0\0\x11\x94\0\x20\x14model=MacBookPro12,1\x0Aosxvers=20" },
  -- EDNS without a number.
  example { client = "\0\0\0\0\0\1\0\0\0\0\0\1\4desk\5local\0\0\1\0\1" .. hex "00 00 29 05 A0 00 00 11 94 00 00" },
  counterexample { client = "\0\0\1\0\0\1\0\0\0\0\0\0\4desk\5local\0\0\1\0\1" },
  counterexample { client = "\x12\x34\0\0\0\1\0\0\0\0\0\0\3www\7example\3org\0\0\1\0\1" },
  counterexample { client = hex "43 21 00 00 00 01 00 00 00 00 00 01" .. "\3dc1\4corp\5local"
      .. hex "00 00 01 00 01 00 00 29 04 D0 00 00 80 00 00 00" },
  counterexample { client = hex "43 21 00 00 00 01 00 00 00 01 00 00" .. "\4corp\5local" .. hex "00 00 FB 00 01 \z
      C0 0C 00 06 00 01 00 00 00 00 00 18 C0 0C C0 0C 00 00 00 07 00 00 0E 10 00 00 02 58 00 01 51 80 00 00 0E 10",
    server = hex "43 21 84 00 00 01 00 01 00 00 00 00" .. "\4corp\5local" .. hex "00 00 FB 00 01 \z
      C0 0C 00 06 00 01 00 00 00 00 00 18 C0 0C C0 0C 00 00 00 07 00 00 0E 10 00 00 02 58 00 01 51 80 00 00 0E 10" },
}
