-- Version 3 over TCP: the magic E8170100 and the length of the whole, both little end first; the datagram
-- inside begins with C5 (Kaspersky ICS CERT, Security research: CODESYS Runtime, 2019).
local function frame(v)
  local length = v:u32le(4)
  return length ~= nil and length >= 8 and length <= 65536 and (v:size() <= length or v:starts(length,
    "\x00\x01\x17\xE8") ~= false)
end

protocol "codesys" {
  title     = "CODESYS runtime version 3",
  reference = "Kaspersky ICS CERT, Security research: CODESYS Runtime, 2019",
  category  = "industrial",
  ports     = { "11740-11743/tcp" },
  alternates = { "1217/tcp" },

  tcp { either = bytes "00 01 17 E8 ?? ?? 0? 00", alone = { "client", "server" },
        check = function(m) return (not m.client or frame(m.client)) and (not m.server
          or frame(m.server)) end },

  example { client = hex "00 01 17 E8 0C 00 00 00 C5 6B 40 40" },
  counterexample { client = hex "00 01 17 E8 02 00 00 00 C5 6B 40 40" },
}
