-- Packets of type, status, length (big end first), channel, number, zero.  A client opens with a pre-login
-- (12) whose first token, version, points behind the tokens; the server answers with type 04 (MS-TDS 2.2.1.1,
-- 2.2.6.5).
local function check(m)
  local v = m.client
  if not v then return m.server:u16(2) < 200 end
  local tokens = v:u16(9)
  return tokens == nil or tokens >= 6 and tokens < 100
end

-- Versions by their first two numbers (Microsoft Learn, build versions of SQL Server).
local years = {
  ["8.0"] = "2000", ["9.0"] = "2005", ["10.0"] = "2008", ["10.50"] = "2008 R2", ["11.0"] = "2012",
  ["12.0"] = "2014", ["13.0"] = "2016", ["14.0"] = "2017", ["15.0"] = "2019", ["16.0"] = "2022",
  ["17.0"] = "2025",
}

protocol "mssql" {
  title     = "Microsoft SQL Server (TDS)",
  reference = "MS-TDS 2.2.1.1, 2.2.3.1 and 2.2.6.5",
  category  = "database",
  also      = { "ms-sql-s", "ms-sql" },
  ports     = { "1433/tcp" },
  alternates = { "1434/tcp", "14330/tcp" },

  -- 12 01: pre-login, last packet; token 00 (version) of six bytes.  The answer is the same list in a packet
  -- of type 04.
  tcp { client = bytes "12 01 00 ?? 00 00 ?? 00 00 00 ?? 00 06", server = bytes "04 01 0? ?? 00 ?? ?? 00",
    alone = "client", check = check },
  tcp { server = bytes "04 01 00 ?? 00 00 ?? 00 00 00 ?? 00 06 01", alone = "server" },
  -- A login (10) without pre-login, as old clients do: a length, little end first, and the version, 7.0 to 7.4.
  -- From here on the answer has the number of the server's process, which may be high.
  tcp { client = bytes "10 01 0? ?? 00 00 ?? 00 ?? ?? 00 00 0? 00 0? [70-74]",
    server = bytes "04 [00-01] ?? ?? [00-7F] ?? ?? 00", alone = "client",
    check = function(m) return m.client:u32le(8) + 8 == m.client:u16(2) end },
  -- TDS 4.2: type 02, a record of fixed places; at 132 how numbers, characters and dates are written, at 466
  -- the version.
  tcp { client = all { bytes "02 [00-01] 02 00 00 00 0? 00",
    at(132, bytes "[02-03] [00-01] [06-07] ?? [08-09]"),
      any { at(466, bytes "04 02 00 00"), at(466, bytes "04 06 00 00") } },
    server = bytes "04 [00-01] ?? ?? 00 ?? ?? 00", alone = "client" },
  -- Joined midway: a batch (01), a call (03) or a transaction (0E) behind the header of its transaction, 22 bytes
  -- with one part of 18, kind 2.
  tcp { client = bytes "[01,03,0E] [00-01] ?? ?? 00 ?? ?? ?? 16 00 00 00 12 00 00 00 02 00",
    server = bytes "04 [00-01] ?? ?? [00-7F] ?? ?? ??",
    alone = "client" },

  -- PRELOGIN with a version and no encryption (MS-TDS 2.2.6.5).
  probe { send = hex "12 01 00 2F 00 00 01 00 00 00 1A 00 06 01 00 20 00 01 02 00 21 00 01 03 00 22 00 04 04 00 26 00 01 FF \z
    09 00 00 00 00 00 00 00 00 00 00 00 00" },

  example { client = hex "01 01 00 2E 00 00 01 00 16 00 00 00 12 00 00 00 02 00 00 00 00 00 00 00 00 00 01 00 00 00" .. "S\0E\0",
    server = hex "04 01 00 15 00 33 01 00 FD 10 00 C1 00 01 00 00 00 00 00 00 00" },
  example { client = hex "0E 01 00 22 00 00 01 00 16 00 00 00 12 00 00 00 02 00 00 00 00 00 00 00 00 00 01 00 00 00 05 00 01 00",
    server = hex "04 01 00 15 00 33 01 00 FD 10 00 C1 00 01 00 00 00 00 00 00 00" },
  counterexample { client = hex "01 01 00 2E 00 00 01 00 16 00 00 00 13 00 00 00 02 00 00 00 00 00 00 00 00 00 01 00 00 00" },

  fields {
    server = function(m)
      local v = m.server
      local at = v and v:u8(8) == 0 and v:u16(9)
      local build = at and v:u16(8 + at + 2)
      if not build then return {} end
      local major, minor = v:u8(8 + at), v:u8(9 + at)
      local year = years[string.format("%d.%d", major, minor)]
      return { product = "Microsoft SQL Server", vendor = "Microsoft", info = year and "SQL Server " .. year
        or nil,
        version = string.format("%d.%d.%d", major, minor, build) }
    end,
  },

  example {
    client = hex "12 01 00 1A 00 00 00 00 00 00 0B 00 06 01 00 11 00 01 FF 0F 00 07 D0 00 00 00",
    server = hex "04 01 00 1A 00 00 01 00 00 00 0B 00 06 01 00 11 00 01 FF 0F 00 10 09 00 00 02",
  },
  example { client = hex "10 01 00 98 00 00 01 00 90 00 00 00 04 00 00 74 00 10 00 00" },
  -- The answer to a pre-login alone: 16.0.1000, no encryption.
  example { server = hex "04 01 00 2B 00 00 01 00 \z
    00 00 1A 00 06 01 00 20 00 01 02 00 21 00 01 03 00 22 00 00 04 00 22 00 01 FF \z
    10 00 03 E8 00 00 02 00 00" },
  -- TDS 7.0 knows no pre-login: a login of 86 bytes and its texts, here the user "sa"; acknowledged
  -- (AD) with the program and its version, 7.0.623, and done (FD).
  example { client = hex "10 01 00 62 00 00 01 00 \z
      5A 00 00 00 00 00 00 70 00 10 00 00 00 00 00 07 00 01 00 00 00 00 00 00 E0 03 00 00 \z
      00 00 00 00 09 04 00 00 56 00 00 00 56 00 02 00 5A 00 00 00 5A 00 00 00 5A 00 00 00 \z
      00 00 00 00 5A 00 00 00 5A 00 00 00 5A 00 00 00 00 00 00 00 00 00 5A 00 00 00 \z
      5A 00 00 00 73 00 61 00",
    server = hex "04 01 00 4A 00 00 01 00 AD 36 00 01 07 00 00 00 16" ..
      "M\0i\0c\0r\0o\0s\0o\0f\0t\0 \0S\0Q\0L\0 \0S\0e\0r\0v\0e\0r\0\0\0\0\0" ..
      hex "07 00 02 6F FD 00 00 00 00 00 00 00 00" },
  example { client = hex "02 00 02 00 00 00 00 00" .. string.rep("\0", 124) .. hex "03 01 06 0A 09 01" ..
      string.rep("\0", 328) .. hex "04 02 00 00" },
  -- Process 307 answers, in the first of two packets.
  example { client = hex "10 01 00 98 00 00 01 00 90 00 00 00 04 00 00 74 00 10 00 00",
    server = hex "04 00 10 00 01 33 01 00 E3 1B 00 01" },
  counterexample { client = hex "12 01 00 1A 00 00 00 00 16 03 01" },
}
