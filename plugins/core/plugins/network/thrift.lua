-- A call names its method.  Binary: 80 01 00 and a kind (1 call, 2 reply, 3 exception, 4 one way), a name
-- with its length, a sequence id.  Compact: 82, kind and version in one byte, sequence id, name.  Framed, a
-- length stands before it.  The answer repeats the name (Thrift binary and compact protocol specifications).
local function identifier(v, at, size)
  if size < 1 or size > 100 then return nil end
  local text = v:bytes(at, size)
  if not text then return nil end
  for i = 1, size do
    local b = string.byte(text, i)
    local letter = b >= 0x41 and b <= 0x5A or b >= 0x61 and b <= 0x7A or b == 0x5F
    if not letter and (i == 1 or b ~= 0x2E and b ~= 0x3A and (b < 0x30 or b > 0x39)) then return nil end
  end
  return text
end

-- The method's name and whether it is a strict (binary) message; `at` is where the message begins.
local function message(v, at)
  if v:u8(at) == 0x80 then return identifier(v, at + 8, v:u32(at + 4) or 0) end
  local stop = at + 2
  for _ = 1, 5 do                                                 -- the sequence id: seven bits to a byte
    local b = v:u8(stop)
    if not b then return nil end
    stop = stop + 1
    if b < 128 then break end
  end
  return identifier(v, stop + 1, v:u8(stop) or 0)
end

local function start(v)
  local first = v:u8(0)
  return (first == 0x80 or first == 0x82) and 0 or 4
end

local function check(m)
  local a, b = m.client, m.server
  local at = a and start(a) or start(b)
  local name = message(a or b, at)
  if not name then return (a or b):size() < 24 and more or false end
  if at == 4 and (a or b):u32(0) < #name + 4 then return false end
  if not a or not b then return #name >= 3 end
  local reply = message(b, start(b))
  if not reply then return b:size() < 24 and more or false end
  return reply == name
end

local call = any { bytes "80 01 00 01 00 00 00 ??", bytes "00 ?? ?? ?? 80 01 00 01 00 00 00 ??",
  bytes "82 21", bytes "00 ?? ?? ?? 82 21" }
local reply = any { bytes "80 01 00 [02-03] 00 00 00 ??", bytes "00 ?? ?? ?? 80 01 00 [02-03] 00 00 00 ??",
  bytes "82 [41-61]", bytes "00 ?? ?? ?? 82 [41-61]" }
local asked  = any { bytes "80 01 00 01 00 00 00 ??", bytes "00 ?? ?? ?? 80 01 00 01 00 00 00 ??" }
local oneway = any { bytes "80 01 00 04 00 00 00 ??", bytes "00 ?? ?? ?? 80 01 00 04 00 00 00 ??" }

protocol "thrift" {
  title     = "Apache Thrift RPC",
  reference = "Apache Thrift, thrift-binary-protocol.md, thrift-compact-protocol.md, thrift-rpc.md",
  category  = "network",
  -- Every service chooses its port; 9090 is the examples', 9083 Hive's, 9160 Cassandra's old one.
  dynamic   = true,

  tcp { client = call, server = reply, check = check },
  tcp { client = asked, server = reply, alone = "client", check = check },
  tcp { client = oneway, alone = "client", check = check },
  -- Hive and Impala wrap it in SASL: 01 starts, a length and the mechanism, then 02 or 05 (thrift-sasl).
  tcp { client = any { bytes "01 00 00 00 05 50 4C 41 49 4E [02-05] 00 00",
      bytes "01 00 00 00 06 47 53 53 41 50 49 [02-05] 00 00",
      bytes "01 00 00 00 0A 44 49 47 45 53 54 2D 4D 44 35" },
    server = bytes "[01-05] 00 ?? ?? ??", alone = "client" },
  -- Traces are sent one way in datagrams: 81 is kind 4 in the high three bits, version 1 below.
  udp { client = any { bytes "82 81", bytes "80 01 00 04 00 00 00 ??" }, alone = "client", check = check },

  -- The first method that was called tells what the service is.
  fields {
    either = function(m)
      local name = m.client and message(m.client, start(m.client))
      return name and { info = name } or {}
    end,
  },

  example { client = hex "80 01 00 01 00 00 00 04 70 69 6E 67 00 00 00 01 00",
    server = hex "80 01 00 02 00 00 00 04 70 69 6E 67 00 00 00 01 00" },
  example { client = hex "00 00 00 09 82 21 01 04 70 69 6E 67 00",
      server = hex "00 00 00 09 82 41 01 04 70 69 6E 67 00" },
  example { client = hex "82 81 01 09 65 6D 69 74 42 61 74 63 68 1C 00", transport = "udp" },
  example { client = hex "00 00 00 11 80 01 00 01 00 00 00 04 70 69 6E 67 00 00 00 01 00" },
  example { client = hex "01 00 00 00 05 50 4C 41 49 4E 05 00 00 00 08" .. "\0hive\0ab",
      server = hex "05 00 00 00 00" },
  example { client = hex "80 01 00 04 00 00 00 04 70 69 6E 67 00 00 00 01 00" },
  counterexample { client = hex "80 01 00 01 00 00 00 04 70 69 6E 67 00 00 00 01 00", server = "421 no\r\n" },
  counterexample { client = hex "82 21 01 04 70 69 6E 67 00", server = hex "82 41 01 04 70 6F 6E 67 00" },
  counterexample { client = hex "80 01 00 01 00 00 00 04 00 01 00 00 00 00 00 01" },
}
