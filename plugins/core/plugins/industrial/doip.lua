-- A version and its complement, a payload type, a length (ISO 13400-2 section 9): 0001 to 0004 find
-- vehicles, 0005 to 0008 open a path, 4001 to 4004 ask for status, 8001 to 8003 carry diagnosis.
local function message(v)
  local kind, length = v:u16(2), v:u32(4)
  if not length or length > 0x10000 then return false end
  if kind == 1 or kind == 0x4001 or kind == 0x4003 or kind == 7 then return length == 0 end
  if kind == 0 or kind == 0x4002 then return length == 1 or kind == 0x4002 and length <= 7 end
  return kind >= 2 and kind <= 8 and length >= 2 and length <= 33 or kind == 0x4004 or kind >= 0x8001
    and kind <= 0x8003 and length >= 5
end
local function check(m)
  return (not m.client or message(m.client)) and (not m.server or message(m.server))
end
local function datagrams(m)
  local v = m.client or m.server
  return check(m) and v:u32(4) == v:size() - 8
end

-- Who asks for vehicles may leave the version open.
local search = bytes "FF 00 00 [01-03] 00 00 00 ??"
local header = any { bytes "01 FE 00 0? 00 00 00 ??", bytes "02 FD 00 0? 00 00 00 ??",
  bytes "03 FC 00 0? 00 00 00 ??",
  bytes "02 FD 40 0? 00 00 00 ??", bytes "03 FC 40 0? 00 00 00 ??",
  bytes "02 FD 80 0? 00 00 ?? ??", bytes "03 FC 80 0? 00 00 ?? ??" }

protocol "doip" {
  title     = "Diagnostics over IP (DoIP)",
  reference = "ISO 13400-2 section 9",
  category  = "industrial",
  ports     = { "13400/tcp", "13400/udp" },

  udp { either = any { header, search }, alone = { "client", "server" }, check = datagrams },
  tcp { either = header, alone = { "client", "server" }, check = check },

  -- The announcement begins with the vehicle's number of 17 characters.
  fields { server = [[(?s)^.{2}\x00\x04.{4}(?<device>[0-9A-HJ-NPR-Z]{17})]] },

  example { client = hex "02 FD 00 01 00 00 00 00", transport = "udp" },
  -- Announced: number, address, two hardware addresses, nothing more to do.
  example { client = hex "02 FD 00 01 00 00 00 00",
    server = hex "02 FD 00 04 00 00 00 20" .. "XXXTESTVEH0000001" ..
      hex "10 10 02 00 00 12 34 56 02 00 00 12 34 56 00", transport = "udp" },
  example { client = hex "02 FD 00 05 00 00 00 07 0E 00 00 00 00 00 00",
    server = hex "02 FD 00 06 00 00 00 09 0E 00 10 10 10 00 00 00 00", transport = "tcp" },
  counterexample { client = hex "02 FC 00 01 00 00 00 00", transport = "udp" },
  counterexample { client = hex "02 FD 00 01 00 00 00 07 01", transport = "udp" },
}
