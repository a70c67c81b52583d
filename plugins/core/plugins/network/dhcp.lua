-- BOOTP's fixed fields, then the magic cookie 99.130.83.99 at 236 and options (RFC 2131 section 2, RFC 2132
-- section 2). Fields: the values of options 12 (host name) and 60 (vendor class).
local function options(v)
  local found, at = {}, 240
  for _ = 1, 40 do
    local kind, length = v:u8(at), v:u8(at + 1)
    if not kind or kind == 255 then break end
    if kind == 0 then
      at = at + 1
    else
      if not length then break end
      if kind == 12 then found.hostname = v:bytes(at + 2, length) end
      if kind == 60 then found.vendor = v:bytes(at + 2, length) end
      at = at + 2 + length
    end
  end
  return found
end

protocol "dhcp" {
  title     = "Dynamic Host Configuration Protocol",
  reference = "RFC 2131 section 2, RFC 951",
  category  = "network",
  also      = { "bootps", "dhcps" },
  ports     = { "67/udp", "68/udp" },

  -- op 1 asks, op 2 answers; hardware type below 64, address not longer than 16 bytes.
  udp { client = all { bytes "01 ?? ??", at(236, bytes "63 82 53 63") }, server = all { bytes "02 ?? ??",
    at(236, bytes "63 82 53 63") },
        alone = { "client", "server" } },
  -- Relays and servers use one port for both, so a flow may hold only answers, or both from one side.
  udp { either = all { any { bytes "01 ?? ??", bytes "02 ?? ??" }, at(236, bytes "63 82 53 63") },
    alone = { "client",
    "server" } },

  fields { client = function(m) return m.client and options(m.client) or {} end },

  example { client = "\1\1\6\0" .. string.rep("\0", 232) .. "\x63\x82\x53\x63\x35\1\1\xFF" },
  example { server = "\2\1\6\0" .. string.rep("\0", 232) .. "\x63\x82\x53\x63\x35\1\2\xFF" },
  -- To a relay, from the server's port to the same.
  example { client = "\2\1\6\1" .. string.rep("\0", 232) .. "\x63\x82\x53\x63\x35\1\5\xFF" },
  counterexample { client = "\1\1\6\0" .. string.rep("\0", 300) },
}
