-- An ISO connection request over TPKT (ITU-T T.123, X.224): 03 00, length, then E0 asks and D0 answers.  S7,
-- MMS and H.323 share that; RDP's request holds a cookie, a negotiation request (type 1, length 8), or
-- nothing (MS-RDPBCGR 2.2.1.1).
local function ask(v)
  local length, header = v:u16(2), v:u8(4)
  if not header then return more end
  if length < 11 or header ~= length - 5 then return false end
  if length == 11 then return true end
  local kind = v:u8(11)
  if not kind then return more end
  -- "Cookie: mstshash=", "mstshash" or a routing token; 01 xx 08 00; 06 xx 24 00 is correlation info.
  return v:starts(11, "Cookie: ") or v:starts(11, "tsv://") or v:starts(11, "mth://")
    or ((kind == 1 or kind == 6) and (v:u16le(13) == 8 or v:u16le(13) == 36))
end

-- The answer is bare, or holds a negotiation response (2) or failure (3) of 8 bytes.
local function answer(v)
  local length, header = v:u16(2), v:u8(4)
  if not header or header ~= length - 5 then return false end
  if length == 11 then return true end
  return length == 19 and (v:u8(11) == 2 or v:u8(11) == 3) and v:u16le(13) == 8
end

local function check(m)
  -- A bare request alone could be any ISO transport; with a bare answer too.
  if not m.server then return m.client:u16(2) > 11 and ask(m.client) end
  if not m.client then return m.server:u16(2) == 19 and answer(m.server) end
  return answer(m.server) and ask(m.client)
end

protocol "rdp" {
  title     = "Remote Desktop Protocol",
  reference = "MS-RDPBCGR 2.2.1.1 and 2.2.1.2",
  category  = "remote-access",
  also      = { "ms-wbt-server", "msrdp" },
  ports     = { "3389/tcp" },
  alternates = { "3388/tcp", "3390/tcp", "33890/tcp" },

  tcp { client = bytes "03 00 0? ?? ?? E0 00 00 ?? ?? 00", server = bytes "03 00 00 ?? ?? D0 00 00 ?? ?? 0?",
        alone = { "client", "server" }, check = check },

  -- enhanced security (MS-RDPBCGR section 5.4.5)
  upgrade "tls" {},

  fields { client = [[^.{11}Cookie: mstshash=(?<info>[^\r\n]+)]] },

  -- A connection request that offers TLS and CredSSP.
  probe { send = hex "03 00 00 13 0E E0 00 00 00 00 00 01 00 08 00 03 00 00 00" },

  example { client = hex "03 00 00 13 0E E0 00 00 00 00 00 01 00 08 00 03 00 00 00",
    server = hex "03 00 00 13 0E D0 00 00 12 34 00 02 00 08 00 02 00 00 00" },
  example { client = hex "03 00 00 2B 26 E0 00 00 00 00 00" .. "Cookie: mstshash=alice\r\n" ..
      hex "01 00 08 00 03 00 00 00",
    server = hex "03 00 00 13 0E D0 00 00 12 34 00 02 1F 08 00 02 00 00 00" },
  example { client = hex "03 00 00 0B 06 E0 00 00 00 00 00",
    server = hex "03 00 00 0B 06 D0 00 00 12 34 00" },
  counterexample { client = hex "03 00 00 16 11 E0 00 00 00 01 00 C1 02 01 00 C2 02 01 02 C0 01 0A",
    server = hex "03 00 00 16 11 D0 00 01 00 02 00 C0 01 0A C1 02 01 00 C2 02 01 02" },
}
