-- Version 1, a flag for a session, a type, the length behind these four bytes, perhaps a session id, a
-- sequence number, a spare byte; then elements of type and length that fill it (3GPP TS 29.244 section
-- 7.2.2).
local function message(v)
  local flags, length = v:u8(0), v:u16(2)
  local kind = v:u8(1)
  if not length or length ~= v:size() - 4 then return false end
  if flags & 1 == 0 and kind >= 50 or flags & 1 == 1 and kind < 14 then return false end
  local at = flags & 1 == 1 and 16 or 8
  -- The low half of the last byte is spare; the high half a priority, if flag 2 says so.
  if v:u8(at - 1) == nil or v:u8(at - 1) & (flags & 2 == 2 and 0x0F or 0xFF) ~= 0 then return false end
  for _ = 1, 60 do
    if at == v:size() then return true end
    local size = v:u16(at + 2)
    if not size then return false end
    at = at + 4 + size
  end
  return at < v:size()
end

-- 1 to 15: between nodes; 50 to 57: sessions.
local header = any { bytes "[20-22] [01-0F] 0? ??", bytes "[21-23] [32-39] ?? ??" }

protocol "pfcp" {
  title     = "Packet Forwarding Control Protocol",
  reference = "3GPP TS 29.244 section 7.2.2",
  category  = "telecom",
  ports     = { "8805/udp" },

  udp { either = all { header, length(8, 4096) }, alone = { "client", "server" },
        check = function(m) return (not m.client or message(m.client)) and (not m.server
          or message(m.server)) end },

  example { client = hex "20 01 00 0C 00 00 01 00 00 60 00 04 E0 10 20 30",
    server = hex "20 02 00 0C 00 00 01 00 00 60 00 04 E0 10 20 31" },
  counterexample { client = hex "20 01 00 0C 00 00 01 00 00 60 00 05 E0 10 20 30" },
}
