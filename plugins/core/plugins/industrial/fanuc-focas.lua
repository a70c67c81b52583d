-- Four bytes A0, an origin (1 to 4), a type (0101 opens, 0201 closes, 2101 calls; the second byte is 02 in
-- an answer), the length of the rest (FANUC FOCAS2 Ethernet; format as in the open implementation pyfanuc).
local function message(v)
  local length = v:u16(8)
  return length ~= nil and (v:size() <= 10 + length or v:starts(10 + length, "\xA0\xA0") ~= false)
end

protocol "fanuc-focas" {
  title     = "FANUC FOCAS",
  reference = "FANUC FOCAS1/2 over Ethernet; open implementation pyfanuc",
  category  = "industrial",
  ports     = { "8193/tcp" },

  tcp { client = any { bytes "A0 A0 A0 A0 00 0? 01 01", bytes "A0 A0 A0 A0 00 0? 21 01" },
        server = any { bytes "A0 A0 A0 A0 00 0? 01 02", bytes "A0 A0 A0 A0 00 0? 21 02" },
        alone = { "client", "server" },
        check = function(m) return (not m.client or message(m.client)) and (not m.server
          or message(m.server)) end },

  example { client = hex "A0 A0 A0 A0 00 01 01 01 00 02 00 02",
    server = hex "A0 A0 A0 A0 00 01 01 02 00 02 00 00" },
  counterexample { client = hex "A0 A0 A0 A0 A0 A0 A0 A0 A0 A0 A0 A0" },
}
