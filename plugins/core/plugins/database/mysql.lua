-- A packet is: length (3 bytes, little end first), sequence number, content.  The server speaks first, with sequence 0:
-- version 10 and its name (Protocol::HandshakeV10), or an error (255); the client answers with sequence 1.
local function greeting(m)
  local v = m.server
  if not v then return true end
  local length = v:u16le(0)
  if not length or length < 10 or length > 1024 then return false end
  -- error codes of a server begin at 1000
  if v:u8(4) == 0xFF then return length == v:size() - 4 and v:u16le(5) >= 1000 end
  local stop = v:find(5, "\0")                                    -- the version's end
  if not stop then return v:size() < 200 and more or false end
  local first = v:u8(5)
  if stop < 8 or stop > 100 or first < 0x30 or first > 0x39 then return false end          -- a version begins with a digit
  local filler = v:u8(stop + 13)                                  -- thread id 4, scramble 8, zero
  if not filler then return v:size() < 4 + length and more or false end
  return filler == 0
end

protocol "mysql" {
  title     = "MySQL and MariaDB",
  reference = "MySQL client/server protocol: Protocol::HandshakeV10, ERR_Packet",
  category  = "database",
  ports     = { "3306/tcp" },
  alternates = { "3307/tcp", "3308/tcp", "33060/tcp" },

  -- 0A: protocol version 10.  A client that answers has sequence number 1.
  tcp { client = bytes "?? ?? 00 01", server = bytes "?? ?? 00 00 0A", alone = "server", check = greeting },
  tcp { server = bytes "?? ?? 00 00 0A 3?", check = greeting },
  -- An error instead of a greeting: the host is not allowed.  05 04 is 1045, 12 04 1042, 69 04 1129, 6A 04 1130, 10 04 1040.
  tcp { server = any { bytes "?? ?? 00 00 FF 6A 04", bytes "?? ?? 00 00 FF 69 04", bytes "?? ?? 00 00 FF 10 04" },
        alone = "server", check = greeting },

  fields {
    server = function(m)
      local v = m.server
      local stop = v and v:u8(4) == 10 and v:find(5, "\0")
      if not stop then return {} end
      local banner = v:bytes(5, stop - 5)
      -- MariaDB puts 5.5.5- before its own number, so that old replicas accept it.
      local start = v:starts(5, "5.5.5-") and 11 or 5
      local dash = v:find(start, "-")
      local maria = v:find(5, "MariaDB")
      return {
        banner = banner,
        product = (maria and maria < stop) and "MariaDB" or "MySQL",
        version = v:bytes(start, ((dash and dash < stop) and dash or stop) - start),
      }
    end,
  },

  example { client = hex "20 00 00 01 85 A6 FF 01",
    server = "\x2A\0\0\0\x0A8.0.30\0\8\0\0\0abcdefgh\0\xFF\xFF\xFF\2\0\xFF\xDF" },
  example { server = "\x0E\0\0\0\xFF\x6A\x04Host 'a' is" },
  counterexample { server = "\x2A\0\0\0\x0Ahello\0\8\0\0\0abcdefgh\0" },
}
