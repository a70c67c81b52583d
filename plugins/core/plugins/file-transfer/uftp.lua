-- 16 bytes: version (40 or 50), message, sequence, source, group, instance, round trip, size, a zero; then
-- the message's own header repeats its number and has its length in words of four bytes (UFTP source,
-- protocol.txt).
local function message(v)
  local kind, words = v:u8(1), v:u8(17)
  return words ~= nil and v:u8(16) == kind and words >= 1 and 16 + 4 * words <= v:size()
end

local function check(m)
  return (not m.client or message(m.client)) and (not m.server or message(m.server))
end

protocol "uftp" {
  title     = "UFTP multicast file transfer",
  reference = "UFTP source, protocol.txt (versions 4 and 5)",
  category  = "file-transfer",
  ports     = { "1044/udp" },

  -- Messages 1 to 14; at 15 a reserved byte, then the same number again.
  udp { either = all { any { bytes "40 [01-14]", bytes "50 [01-14]" }, at(15, bytes "00 [01-14] [01-40]"),
        length(20, 1472) }, alone = { "client", "server" }, check = check },

  example { client = hex "40 01 00 00 C0 00 02 01 11 22 33 44 00 9D 00 00 01 02 00 14 00 00 05 14",
    transport = "udp" },
  counterexample { client = hex "40 01 00 00 C0 00 02 01 11 22 33 44 00 9D 00 00 02 02 00 14 00 00 05 14",
    transport = "udp" },
}
