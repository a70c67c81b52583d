-- Version 1: version 0, an operation, a state, times, priority, group, and a password, "cisco" by default
-- (RFC 2281 section 5.1).  Version 2 wraps the same in a group-state element: type 1, length 40, version 2.
protocol "hsrp" {
  title     = "Hot Standby Router Protocol",
  reference = "RFC 2281 section 5.1",
  category  = "network",
  ports     = { "1985/udp", "2029/udp" },

  udp { either = all { bytes "00 0? ??", at(8, starts "cisco\0\0\0"), length(20) },
    alone = { "client", "server" } },
  -- Another password: text, filled with zeros; the hold time is longer than the time between hellos.
  udp { either = all { bytes "00 [00-02] [00-10] [01-3c] [02-ff] ?? ?? 00 [21-7e]", length(20) },
    alone = { "client", "server" }, check = function(m)
      local v = m.client or m.server
      local state, ended = v:u8(2), false
      if state & (state - 1) ~= 0 and state ~= 0 or v:u8(4) <= v:u8(3) or v:u32(16) == 0 then return false end
      for i = 8, 15 do
        local letter = v:u8(i)
        if letter == 0 then ended = true elseif ended or letter < 0x21 or letter > 0x7E then return false end
      end
      return true
    end },
  -- Element 01 28: operation, state, IP version 4 or 6.  Element 02 04 is the state of an interface.
  udp { either = all { any { bytes "01 28 02 0? 0? 04 ??", bytes "01 28 02 0? 0? 06 ??" }, length(42, 120) },
    alone = { "client", "server" } },
  udp { either = all { bytes "02 04 00 0? 00 0?", length(6) }, alone = { "client", "server" } },

  example { client = "\0\0\8\3\x0A\x64\1\0cisco\0\0\0\192\0\2\1" },
  example { client = "\0\0\8\3\x0A\x64\1\0crisp\0\0\0\192\0\2\1" },
  -- Version 2: a hello of the active router, then its password.
  example { client = hex "01 28 02 00 06 04 00 01 00 1B 54 AA BB CC 00 00 00 6E 00 00 0B B8 \z
    00 00 27 10 C0 00 02 01" .. string.rep("\0", 12) .. "\3\8cisco\0\0\0" },
  example { client = hex "02 04 00 01 00 00" },
  counterexample { client = "\0\0\7\3\x0A\x64\1\0crisp\0\0\0\192\0\2\1" },
  counterexample { client = "\0\0\8\3\x0A\x64\1\0cr\0sp\0\0\0\192\0\2\1" },
}
