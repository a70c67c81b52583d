-- A code, an id, the length of the whole, 16 bytes of authenticator, then attributes of type, length, value
-- (RFC 2865 section 3, RFC 2866, RFC 5176).
local asks = { [1] = true, [4] = true, [12] = true, [40] = true, [43] = true }
local answers = { [2] = true, [3] = true, [5] = true, [11] = true, [13] = true, [41] = true, [42] = true,
  [44] = true,
  [45] = true }

-- A vendor's number below 2^24, or a user's name in plain letters: such a first attribute says as much as
-- several.
local function typical(v)
  local kind, extent = v:u8(20), v:u8(21)
  if not extent or kind ~= 26 and kind ~= 1 or extent < 7 or v:size() < 20 + extent then return false end
  if kind == 26 then return v:u8(22) == 0 end
  for i = 22, 19 + math.min(extent, 24) do
    local letter = v:u8(i)
    if letter < 0x20 or letter > 0x7E then return false end
  end
  return true
end

-- The length must be the datagram's, and the attributes must be well formed to its end, or begin with a typical
-- one; a packet that the capture cut short needs both, as far as the first four.
local function packet(v, codes)
  local length, size = v:u16(2), v:size()
  if not length or not codes[v:u8(0)] or length < 20 or length > 4096 then return false end
  if size ~= length and (size < 120 or size > length or not typical(v)) then return false end
  if size == length and typical(v) then return true end
  local at = 20
  for _ = 1, size == length and 60 or 4 do
    if at == length then return true end
    local kind, extent = v:u8(at), v:u8(at + 1)
    if not extent or kind == 0 or extent < 2 or at + extent > length then return false end
    at = at + extent
  end
  return true
end

local function check(m)
  if m.client and not packet(m.client, asks) or m.server and not packet(m.server, answers) then return false end
  -- Answers may have no attribute at all; alone that is too little.
  local v = m.client or m.server
  return (m.client and m.server) and true or v:size() > 26
end

local sized_or_cut = any { sized(2, 2), length(120, 4096) }

protocol "radius" {
  title     = "Remote Authentication Dial-In User Service (RADIUS)",
  reference = "RFC 2865 section 3, RFC 2866, RFC 5176",
  category  = "directory",
  also      = { "radacct" },
  ports     = { "1812/udp", "1813/udp", "1645/udp", "1646/udp", "3799/udp" },

  udp { client = all { sized_or_cut, any { bytes "01 ?? 0?", bytes "04 ?? 0?", bytes "0C ?? 0?",
    bytes "28 ?? 0?", bytes "2B ?? 0?" } },
        server = all { sized_or_cut, any { bytes "02 ?? 0?", bytes "03 ?? 0?", bytes "05 ?? 0?",
          bytes "0B ?? 0?", bytes "0D ?? 0?",
          bytes "29 ?? 0?", bytes "2A ?? 0?", bytes "2C ?? 0?", bytes "2D ?? 0?" } },
        alone = { "client", "server" }, check = check },

  example {
    client = hex "01 07 00 20 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 01 06 75 73 65 72 04 06 C0 00 02 01",
    server = hex "03 07 00 14 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F",
  },
  example { client = hex "01 07 00 21 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F"
    .. hex "1A 0A 00 00 57 C8 0E 04 55 53 00 00 00" },
  -- An attribute may be empty.
  example {
    client = hex "04 07 00 22 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F \z
      28 06 00 00 00 01 1E 02 01 06 75 73 65 72",
    server = hex "05 07 00 14 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F",
  },
  counterexample { client = hex "01 07 00 20 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 01 46 75 73 65 72 04 06 C0 00 02 01" },
  -- Two attributes, and what is none behind them.
  counterexample {
    client = hex "01 07 00 24 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 01 06 75 73 65 72 04 06 \z
      C0 00 02 01 9B 51 E0 7C",
    server = hex "03 07 00 14 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F",
  },
}
