-- A version (C0 or C1), a type (1 logs in, 2 authorises, 3 accounts), a sequence that starts with 1 and is
-- odd for the client, flags, a session, a length; the rest is usually hidden (RFC 8907 section 4.1).
local function message(v)
  local length = v:u32(8)
  if not length then return more end
  return length >= 5 and length < 65536
end

local function check(m)
  local ask, answer = m.client and message(m.client), m.server and message(m.server)
  if m.client and ask ~= true then return ask end
  if m.server and answer ~= true then return answer end
  -- The answer belongs to the same session and says the same type.
  return not m.client or not m.server or m.client:u32(4) == m.server:u32(4)
    and m.client:u8(1) == m.server:u8(1)
end

protocol "tacacs-plus" {
  title     = "TACACS+",
  reference = "RFC 8907 section 4.1",
  category  = "directory",
  ports     = { "49/tcp" },

  -- Flags: 1 not hidden, 4 several sessions on one connection.
  tcp { client = bytes "[c0-c1] [01-03] 01 0? ?? ?? ?? ?? 00 00",
    server = bytes "[c0-c1] [01-03] 02 0? ?? ?? ?? ?? 00 00",
        check = check },
  tcp { client = any { bytes "[c0-c1] [01-03] 01 00 ?? ?? ?? ?? 00 00 [00-07]",
    bytes "[c0-c1] [01-03] 01 04 ?? ?? ?? ?? 00 00 [00-07]" },
    server = bytes "[c0-c1] [01-03] 02 0? ?? ?? ?? ?? 00 00", alone = "client", check = check },
  tcp { server = any { bytes "[c0-c1] [01-03] 02 00 ?? ?? ?? ?? 00 00 [00-07]",
    bytes "[c0-c1] [01-03] 02 04 ?? ?? ?? ?? 00 00 [00-07]" }, alone = "server", check = check },

  example { client = hex "C0 01 01 00 11 22 33 44 00 00 00 20",
    server = hex "C0 01 02 00 11 22 33 44 00 00 00 10" },
  -- Not hidden: flag 1.
  example { client = hex "C0 01 01 01 11 22 33 44 00 00 00 20",
    server = hex "C0 01 02 01 11 22 33 44 00 00 00 10" },
  example { client = hex "C1 01 01 04 11 22 33 44 00 00 00 20" },
  example { server = hex "C0 02 02 00 11 22 33 44 00 00 00 12" },
  counterexample { client = hex "C0 01 01 00 11 22 33 44 00 00 00 20",
    server = hex "C0 01 02 00 11 22 33 45 00 00 00 10" },
  counterexample { client = hex "C0 01 01 00 11 22 33 44 55 66 77 88" },
}
