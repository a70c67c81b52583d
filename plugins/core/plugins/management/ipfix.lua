-- Version 10, the length of the whole, the time, a sequence, a domain; then sets of an id (2 templates, 3
-- options, 256 and more data) and a length that fill the message (RFC 7011 section 3).
local function message(v, stream)
  local length, size = v:u16(2), v:size()
  if not length or v:u32(4) == nil then return more end
  if v:u32(4) < 0x386D4380 or length < 20 or not stream and length ~= size
    and size < 1024 then return false end
  local at = 16
  for count = 1, 60 do
    local id, extent = v:u16(at), v:u16(at + 2)
    if not extent then return count > 2 or stream and at > 16 or stream and size < 20 and more or false end
    if id ~= 2 and id ~= 3 and id < 256 or extent < 4 or at + extent > length then return false end
    at = at + extent
    if at == length then return true end
  end
  return true
end

local function start(id) return all { bytes "00 0A ?? ?? [38-7f]", at(16, id) } end

protocol "ipfix" {
  title     = "IP Flow Information Export",
  reference = "RFC 7011 sections 3.1 to 3.3",
  category  = "management",
  ports     = { "4739/udp", "4739/tcp", "4739/sctp" },
  alternates = { "2055/udp", "9995/udp", "9996/udp" },

  udp { client = any { start(bytes "00 [02-03]"), start(bytes "[01-0f]") }, alone = "client",
    check = function(m) return message(m.client, false) end },
  sctp { client = any { start(bytes "00 [02-03]"), start(bytes "[01-0f]") }, alone = "client",
    check = function(m) return message(m.client, false) end },
  tcp { client = start(bytes "00 [02-03]"), alone = "client", check = function(m) return message(m.client,
    true) end },

  example { client = hex "000A 001C 65000000 00000001 00000000 0002 000C 0100 0001 0008 0004",
    transport = "udp" },
  example { client = hex "000A 001C 65000000 00000001 00000000 0002 000C 0100 0001 0008 0004",
    transport = "tcp" },
  example { client = hex "000A 001C 65000000 00000001 00000000 0002 000C 0100 0001 0008 0004",
    transport = "sctp" },
  counterexample { client = hex "000A 001D 65000000 00000001 00000000 0002 000C 0100 0001 0008 0004",
    transport = "udp" },
  counterexample { client = hex "0009 0001 00010000 65000000 00000001 00000000 0000 000C 0100 0001 0008 0004",
    transport = "udp" },
}
