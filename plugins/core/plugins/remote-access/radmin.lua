-- Radmin: 01, a length and a sum (4 bytes each, network order), then as many bytes: a type and what belongs to it.
-- The sum is that of the type and the rest as little-endian words of 4 bytes, the last filled up with zeros.  The
-- client begins with a type alone: 08 (who are you), or 1B, for which version 2 gives a challenge of 32 bytes; the
-- server answers in kind.
local function adds_up(v)
  local length, sum = v:u32(1), v:u32(5)
  if not length or v:size() < 9 + length then return more end
  local total = 0
  for i = 0, length - 1 do total = total + (v:u8(9 + i) << 8 * (i % 4)) end
  return total & 0xFFFFFFFF == sum
end

protocol "radmin" {
  title     = "Radmin remote control",
  reference = "THC-Hydra source, hydra-radmin2.c (struct rmessage, checksum)",
  category  = "remote-access",
  ports     = { "4899/tcp" },

  tcp { client = any { bytes "01 00 00 00 01 00 00 00 08 08", bytes "01 00 00 00 01 00 00 00 1B 1B" },
    server = any { bytes "01 00 00 00 25 ?? ?? ?? ?? 08", bytes "01 00 00 00 21 ?? ?? ?? ?? 1B" },
    alone = { "client", "server" }, check = function(m) return not m.server or adds_up(m.server) end },

  fields { server = function(m)
    local version = m.server:u8(9) == 0x1B and "2" or nil
    return { product = "Radmin", vendor = "Famatech", version = version, os = "Windows" }
  end },

  probe { send = hex "01 00 00 00 01 00 00 00 08 08" },

  example { client = hex "01 00 00 00 01 00 00 00 08 08",
    server = hex "01 00 00 00 25 08 00 02 12 08 02 00 08 0A" .. string.rep("\0", 32) },
  example { client = hex "01 00 00 00 01 00 00 00 1B 1B",
    server = hex "01 00 00 00 21 5A 5A 5A 75 1B" .. string.rep("\0", 27) .. hex "5A 5A 5A 5A" .. "\0" },
  example { client = hex "01 00 00 00 01 00 00 00 08 08" },
  example { server = hex "01 00 00 00 25 09 00 01 10 08 01 00 09 08" .. string.rep("\0", 32) },
  counterexample { client = hex "01 00 00 00 01 00 00 00 08 08",
    server = hex "01 00 00 00 25 08 00 02 12 08 02 00 09 0A" .. string.rep("\0", 32) },
  counterexample { server = hex "01 00 00 00 01 00 00 00 08 08" },
  counterexample { client = hex "01 00 00 00 02 00 00 00 08 08" },
}
