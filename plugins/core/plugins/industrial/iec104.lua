-- 68, a length from 4 to 253, four control bytes: start and test frames have only these (IEC 60870-5-104
-- section 5).
local function frames(v)
  local at = 0
  for _ = 1, 4 do
    local length, control = v:u8(at + 1), v:u8(at + 2)
    if not control then break end
    if v:u8(at) ~= 0x68 or length < 4 or length > 253 then return false end
    if control & 3 == 3 and length ~= 4 then return false end      -- U frames
    if control & 3 == 1 and (length ~= 4 or control ~= 1) then return false end      -- S frames
    if control & 3 == 3 and ((v:u8(at + 3) or 0) ~= 0 or (v:u8(at + 5) or 0) ~= 0) then return false end
    -- I frames: both counters even, a type of the standard, a count, a cause of transmission from 1 to 47.
    if control & 1 == 0 then
      if length < 10 or (v:u8(at + 4) or 0) & 1 ~= 0 then return false end
      local kind, cause = v:u8(at + 6), v:u8(at + 8)
      if kind and not (kind >= 1 and kind <= 40 or kind >= 45 and kind <= 70 or kind >= 100
        and kind <= 127) then return false end
      if cause and (cause & 63 == 0 or cause & 63 > 47) then return false end
    end
    -- The first frame must be there as a whole.
    if at == 0 and v:size() < 2 + length then return more end
    at = at + 2 + length
  end
  return at > 0
end
-- Joined midway with one side speaking: two frames or more that carry data, numbered one after the other.
local function numbered(v)
  if frames(v) ~= true then return false end
  local at, last, count = 0, nil, 0
  for _ = 1, 6 do
    local length, send = v:u8(at + 1), v:u16le(at + 2)
    if not send then break end
    if send & 1 == 0 then
      if last and send ~= (last + 2) & 0xFFFF then return false end
      last, count = send, count + 1
    end
    at = at + 2 + length
  end
  return count > 1
end
local function check(m)
  local asked = not m.client or frames(m.client)
  if asked ~= true then return asked end
  return not m.server or frames(m.server)
end

local function alone(m)
  if m.client and m.server then return check(m) end
  return numbered(m.client or m.server)
end

protocol "iec104" {
  title     = "IEC 60870-5-104 (IEC 104)",
  reference = "IEC 60870-5-104 section 5",
  category  = "industrial",
  ports     = { "2404/tcp" },

  -- 07: start, 0B: started, 43: test, 83: tested, 13 and 23: stop.
  tcp { client = any { bytes "68 04 07 00 00 00", bytes "68 04 43 00 00 00", bytes "68 04 83 00 00 00",
    bytes "68 04 13 00 00 00", bytes "68 04 01 00" }, server = bytes "68", alone = "client", check = check },
  tcp { either = bytes "68 ?? ?? ?? ?? ??", alone = { "client", "server" }, check = alone },
  tcp { server = any { bytes "68 04 0B 00 00 00", bytes "68 04 43 00 00 00", bytes "68 04 83 00 00 00" },
    client = bytes "68", alone = "server", check = check },

  example { client = hex "68 04 07 00 00 00", server = hex "68 04 0B 00 00 00" },
  -- Joined midway: an acknowledgement, and a point that changed.
  example { client = hex "68 04 01 00 04 00",
    server = hex "68 0E 02 00 04 00 01 01 03 00 01 00 01 00 00 01" },
  counterexample { client = "hello, this is a longer line of text and nothing else\r\n",
    server = "hello, this is a longer line of text and nothing else\r\n" },
  example { server = hex "68 0E 02 00 04 00 01 01 03 00 01 00 01 00 00 01 68 0E 04 00 04 00 01 01 03 00 01 00 01 00 00 01" },
  counterexample { server = hex "68 0E 02 00 04 00 01 01 03 00 01 00 01 00 00 01" },
  counterexample { client = hex "68 03 07 00 00", server = hex "68 65 6C 6C 6F 21" },
}
