-- 68, a length from 4 to 253, four control bytes: start and test frames have only these (IEC 60870-5-104 section 5).
local function frames(v)
  local at = 0
  for _ = 1, 4 do
    local length, control = v:u8(at + 1), v:u8(at + 2)
    if not control then break end
    if v:u8(at) ~= 0x68 or length < 4 or length > 253 then return false end
    if control & 3 == 3 and length ~= 4 then return false end      -- U frames
    if control & 3 == 1 and (length ~= 4 or control ~= 1) then return false end      -- S frames
    -- I frames: type 1 to 127, then a cause of transmission.
    if control & 1 == 0 and length < 10 then return false end
    at = at + 2 + length
  end
  return at > 0
end
local function check(m)
  return (not m.client or frames(m.client)) and (not m.server or frames(m.server))
end

protocol "iec104" {
  title     = "IEC 60870-5-104",
  reference = "IEC 60870-5-104 section 5",
  category  = "industrial",
  ports     = { "2404/tcp" },

  -- 07: start, 0B: started, 43: test, 83: tested, 13 and 23: stop.
  tcp { client = any { bytes "68 04 07 00 00 00", bytes "68 04 43 00 00 00", bytes "68 04 83 00 00 00",
    bytes "68 04 13 00 00 00", bytes "68 04 01 00" }, server = bytes "68", alone = "client", check = check },
  tcp { either = bytes "68 ?? ?? ?? ?? ??", check = check },
  tcp { server = any { bytes "68 04 0B 00 00 00", bytes "68 04 43 00 00 00", bytes "68 04 83 00 00 00" },
    client = bytes "68", alone = "server", check = check },

  example { client = hex "68 04 07 00 00 00", server = hex "68 04 0B 00 00 00" },
  counterexample { client = hex "68 03 07 00 00", server = hex "68 65 6C 6C 6F 21" },
}
