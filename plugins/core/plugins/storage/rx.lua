-- 28 bytes: epoch, connection, call, sequence, serial (32 bits each), type 1 to 13, flags, a status, a
-- security index, a checksum and a service.  Flag 1 says who began the connection: of a packet and its answer
-- exactly one has it (Rx protocol specification, Zeldovich; OpenAFS src/rx/rx.h).
local header = all {
  -- Calls, sequences and serials are counters that stay below 2^24; security 0 to 5.
  at(8, bytes "00 ?? ?? ?? 00 ?? ?? ?? 00 ?? ?? ?? [01-0D] [00-3F] 00 [00-05]"), length(28, 1472),
}

local function check(m)
  local a, b = m.client, m.server
  -- The last two bits of a connection are its channel.
  return a:u32(0) == b:u32(0) and a:u32(4) | 3 == b:u32(4) | 3 and a:u16(26) == b:u16(26)
    and (a:u8(21) ~ b:u8(21)) & 1 == 1
end

protocol "rx" {
  title     = "Rx remote procedure call (AFS)",
  reference = "Rx protocol specification (Zeldovich), OpenAFS rx.h",
  category  = "storage",
  ports     = { "7000-7009/udp" },

  udp { either = header, check = check },

  example {
    client = hex "5C 00 00 01 80 00 00 04 00 00 00 01 00 00 00 01 00 00 00 01 01 05 00 00 00 00 00 34 00 00 00 41",
    server = hex "5C 00 00 01 80 00 00 04 00 00 00 01 00 00 00 01 00 00 00 01 01 04 00 00 00 00 00 34 00 00 00 00",
    transport = "udp",
  },
  counterexample {
    client = hex "5C 00 00 01 80 00 00 04 00 00 00 01 00 00 00 01 00 00 00 01 01 05 00 00 00 00 00 34 00 00 00 41",
    server = hex "5C 00 00 02 80 00 00 04 00 00 00 01 00 00 00 01 00 00 00 01 01 04 00 00 00 00 00 34 00 00 00 00",
    transport = "udp",
  },
}
