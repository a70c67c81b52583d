-- A type, then elements of type, length and value that fill the message.  Most begin with the subscriber
-- (01, 4 to 8 bytes); resets begin with a name: the MME's (09) or the VLR's (02) (3GPP TS 29.118 section
-- 8).
local function message(v)
  local at, size = 1, v:size()
  for _ = 1, 30 do
    if at == size then return at > 8 end
    local length = v:u8(at + 1)
    if not length then return false end
    at = at + 2 + length
  end
  return false
end

-- Paging 01 and 02, updates 08 to 0D, detach 11 to 14, tunnelled messages 07 and 1F, information 1A to 20.
local header = any { bytes "[01-02] 01 [04-08]", bytes "[08-0D] 01 [04-08]", bytes "[11-14] 01 [04-08]",
  bytes "07 01 [04-08]", bytes "1F 01 [04-08]",
  bytes "15 09 37", bytes "16 09 37", bytes "15 02", bytes "16 02" }

protocol "sgsap" {
  title     = "SGs application part (SGsAP)",
  reference = "3GPP TS 29.118 section 8",
  category  = "telecom",
  ports     = { "29118/sctp" },

  sctp { either = header, alone = { "client", "server" },
    check = function(m) return (not m.client or message(m.client)) and (not m.server
      or message(m.server)) end },

  example { client = hex "0C 01 08 09 10 10 00 00 00 00 10 0E 01 01", transport = "sctp" },
  counterexample { client = hex "0C 01 08 09 10 10 00 00 00 00 10 0E 02 01", transport = "sctp" },
}
