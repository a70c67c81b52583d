-- JSON, each byte combined with the one before it, the first with 171: {" becomes D0 F2.  Over TCP the
-- length stands before it, over UDP not (python-kasa, transports; TP-Link Smart Home Protocol, softScheck).
local function plain(v, at)
  local key, out = 171, {}
  for i = at, math.min(v:size(), at + 700) - 1 do
    local c = v:u8(i)
    out[#out + 1] = string.char(c ~ key)
    key = c
  end
  return table.concat(out)
end

-- The third byte on is a name: letters, digits, points, dashes, underscores, until a quote.
local function named(v, at)
  local key = 0xF2
  for i = at + 2, at + 40 do
    local c = v:u8(i)
    if not c then return i > at + 6 end
    local k = c ~ key
    if k == 0x22 then return i > at + 3 end
    if k ~= 0x2E and k ~= 0x2D and (k < 0x30 or k > 0x39) and k ~= 0x5F and (k < 0x41 or k > 0x5A)
      and (k < 0x61 or k > 0x7A) then return false end
    key = c
  end
  return false
end

local function stream(m)
  local v = m.client
  return v:u32(0) < 8192 and v:u32(0) + 4 >= math.min(v:size(), 2048) and named(v, 4)
end

local function datagram(m)
  return named(m.client, 0) and (not m.server or named(m.server, 0))
end

-- The value of a name, "alias":"..." for one.
local function value(text, name)
  local want = '"' .. name .. '":"'
  for i = 1, #text - #want do
    if string.byte(text, i) == 34 and string.sub(text, i, i + #want - 1) == want then
      for j = i + #want, math.min(#text, i + #want + 64) do
        if string.byte(text, j) == 34 then return string.sub(text, i + #want, j - 1) end
      end
    end
  end
  return nil
end

protocol "tplink-smarthome" {
  title     = "TP-Link Smart Home",
  reference = "python-kasa; TP-Link Smart Home Protocol (softScheck)",
  category  = "iot",
  ports     = { "9999/tcp", "9999/udp" },

  tcp { client = bytes "00 00 ?? ?? D0 F2", server = bytes "00 00 ?? ?? D0 F2", alone = "client",
    check = stream },
  udp { client = all { bytes "D0 F2", length(20, 1500) }, server = bytes "D0 F2", alone = "client",
    check = datagram },

  fields { server = function(m)
    local v = m.server
    if not v then return nil end
    local text = plain(v, v:u8(0) == 0xD0 and 0 or 4)
    return { vendor = "TP-Link", product = value(text, "model"), version = value(text, "sw_ver"),
      hostname = value(text, "alias") }
  end },

  -- {"system":{"get_sysinfo":{}}}
  example { client = hex "00 00 00 1D D0 F2 81 F8 8B FF 9A F7 D5 EF 94 B6 D1 B4 C0 9F EC 95 E6 8F E1 87 \z
    E8 CA F0 8B F6 8B F6",
    server = hex "00 00 00 1D D0 F2 81 F8 8B FF 9A F7 D5 EF 94 B6 D1 B4 C0 9F EC 95 E6 8F E1 87 E8 CA F0 \z
      8B F6 8B F6" },
  example { client = hex "D0 F2 81 F8 8B FF 9A F7 D5 EF 94 B6 D1 B4 C0 9F EC 95 E6 8F E1 87 E8 CA F0 8B \z
    F6 8B F6",
    transport = "udp" },
  counterexample { client = hex "00 00 00 1D D0 F2 01 02 03 04 05 06 07 08 09 0A" },
}
