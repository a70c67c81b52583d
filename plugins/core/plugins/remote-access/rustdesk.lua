-- Protocol buffers of the rendezvous server: RegisterPeer is field 6 (32, length, 0A, length, an id, 10 and a
-- serial) and its answer field 7 (3A, then nothing or 10 01: key wanted) (hbb_common,
-- protos/rendezvous.proto).
local function check(m)
  local v = m.client
  local outer, inner = v:u8(1), v:u8(3)
  if not inner or outer ~= v:size() - 2 or inner < 6 or inner > 20 then return false end
  for i = 4, 3 + inner do
    local c = v:u8(i)
    if not c or not (c >= 48 and c <= 57 or c >= 65 and c <= 90 or c >= 97 and c <= 122
      or c == 95) then return false end
  end
  return outer == inner + 2 or v:u8(4 + inner) == 0x10
end

protocol "rustdesk" {
  title     = "RustDesk rendezvous",
  reference = "RustDesk hbb_common, protos/rendezvous.proto",
  category  = "remote-access",
  ports     = { "21116/udp" },

  udp { client = all { bytes "32 [08-1A] 0A [06-14] [30-7A]", length(10, 28) },
        server = any { all { bytes "3A 00", length(2) }, all { bytes "3A 02 10 01", length(4) } },
        check = check },

  example { client = "\x32\x0B\x0A\x09123456789", server = "\x3A\2\x10\1", transport = "udp" },
  example { client = "\x32\x0D\x0A\x09123456789\x10\5", server = "\x3A\0", transport = "udp" },
  counterexample { client = "\x32\x0B\x0A\x09123456\1\2\3", server = "\x3A\0", transport = "udp" },
}
