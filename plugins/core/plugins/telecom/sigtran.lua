-- The SIGTRAN family shares a header: version 1, a zero byte, a class, a type, the length of the whole with
-- padding; then parameters of tag, length and value (RFC 4666 section 3.1).  Only a class of its own tells
-- them apart: signals of state (ASP up, active) are alike in all of them and name none.
local function message(v)
  local length = v:u32(4)
  local size = v:size()
  if not length or length < 8 or length > size or size - length > 3 then return false end
  local at = 8
  for _ = 1, 30 do
    if at >= length then return true end
    local step = v:u16(at + 2)
    if not step or step < 4 then return false end
    at = at + step + (4 - step % 4) % 4
  end
  return false
end
local function check(m)
  return (not m.client or message(m.client)) and (not m.server or message(m.server))
end
-- M2PA has no parameters but its own fixed header.
local function exact(m)
  local v = m.client or m.server
  return v:u32(4) == v:size() and v:u8(8) == 0 and v:u8(12) == 0
end
local sides = { "client", "server" }

protocol "m3ua" {
  title     = "MTP3 user adaptation",
  reference = "RFC 4666 section 3.1",
  category  = "telecom",
  ports     = { "2905/sctp" },

  -- Class 1 type 1 carries data: a network appearance (0200), a routing context (0006) or the data itself
  -- (0210) comes first.
  sctp { either = any { bytes "01 00 01 01 00 00 ?? ?? 02 10", bytes "01 00 01 01 00 00 ?? ?? 02 00 00 08",
    bytes "01 00 01 01 00 00 ?? ?? 00 06 00 08" }, alone = sides, check = check },

  example { client = hex "01 00 01 01 00 00 00 1C 02 10 00 14 00 00 00 01 00 00 00 02 03 02 00 05 01 02" ..
    hex "03 04", transport = "sctp" },
  counterexample { client = hex "01 00 01 01 00 00 00 2C 02 10 00 14 00 00 00 01 00 00 00 02 03 02 00" ..
    hex "05 01 02 03 04", transport = "sctp" },
}

protocol "m2ua" {
  title     = "MTP2 user adaptation",
  reference = "RFC 3331 section 3",
  category  = "telecom",
  ports     = { "2904/sctp" },

  sctp { either = any { bytes "01 00 06 0? 00 00 ?? ?? 00 01 00 08",
    bytes "01 00 06 0? 00 00 ?? ?? 00 03 00" }, alone = sides,
    check = check },

  example { client = hex "01 00 06 01 00 00 00 18 00 01 00 08 00 00 00 01 03 00 00 08 01 02 03 04",
    transport = "sctp" },
  counterexample { client = hex "01 00 06 01 00 00 00 19 00 01 00 08 00 00 00 01 03 00 00 08 01 02 03 04",
    transport = "sctp" },
}

protocol "iua" {
  title     = "ISDN Q.921 user adaptation",
  reference = "RFC 4233 section 3",
  category  = "telecom",
  ports     = { "9900/sctp" },

  -- Class 5: an interface (0001 or 0003), a link (0005), then what is carried (000E).
  sctp { either = any { bytes "01 00 05 0? 00 00 ?? ?? 00 01 00 08",
    bytes "01 00 05 0? 00 00 ?? ?? 00 03 00" }, alone = sides,
    check = check },

  example { client = hex "01 00 05 05 00 00 00 18 00 01 00 08 00 00 00 01 00 05 00 08 00 01 00 00",
    transport = "sctp" },
  counterexample { client = hex "01 00 05 05 00 00 00 1A 00 01 00 08 00 00 00 01 00 05 00 08 00 01 00 00",
    transport = "sctp" },
}

protocol "sua" {
  title     = "SCCP user adaptation",
  reference = "RFC 3868 section 3",
  category  = "telecom",
  ports     = { "14001/sctp" },

  -- Class 7: without connection, class 8: with; a routing context (0006) comes first.
  sctp { either = any { bytes "01 00 07 [01-02] 00 00 ?? ?? 00 06 00 08",
    bytes "01 00 08 0? 00 00 ?? ?? 00 06 00 08" }, alone = sides,
    check = check },

  example { client = hex "01 00 07 01 00 00 00 18 00 06 00 08 00 00 00 01 01 15 00 08 00 00 00 00",
    transport = "sctp" },
  counterexample { client = hex "01 00 07 01 00 00 00 18 00 06 00 09 00 00 00 01 01 15 00 08 00 00 00 00",
    transport = "sctp" },
}

protocol "m2pa" {
  title     = "MTP2 peer-to-peer adaptation",
  reference = "RFC 4165 section 2",
  category  = "telecom",
  ports     = { "3565/sctp" },

  -- Class 11: user data 1, link status 2; two sequence numbers of 24 bits.
  sctp { either = any { bytes "01 00 0B 01 00 00 ?? ?? 00", bytes "01 00 0B 02 00 00 00 ?? 00" },
    alone = sides, check = exact },

  example { client = hex "01 00 0B 02 00 00 00 14 00 FF FF FF 00 FF FF FF 00 00 00 01", transport = "sctp" },
  counterexample { client = hex "01 00 0B 02 00 00 00 18 00 FF FF FF 00 FF FF FF 00 00 00 01",
    transport = "sctp" },
}
