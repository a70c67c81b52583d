-- NetBIOS session framing, type 0 and a length, then FF "SMB" (version 1), FE "SMB" (2 and 3), FD (encrypted) or FC
-- (compressed): MS-CIFS 2.2.3.1, MS-SMB2 2.2.1.  On port 139 a session request comes first (RFC 1002 section 4.3).
local message = any { at(4, bytes "FF 53 4D 42"), at(4, bytes "FE 53 4D 42"), at(4, bytes "FD 53 4D 42"), at(4,
  bytes "FC 53 4D 42") }
local framed = all { bytes "00 0? ?? ??", message }

-- 81: session request, with two names of 34 bytes; 82: yes; 83: no, with one byte of reason (80 to 8F).
local session_request = bytes "81 00 00 4? 20 ??"
local session_answer = any { bytes "82 00 00 00", bytes "83 00 00 01 8?" }

protocol "smb" {
  title     = "Server Message Block",
  reference = "MS-CIFS 2.2.3.1, MS-SMB2 2.2.1, RFC 1002 section 4.3",
  category  = "file-transfer",
  ports     = { "445/tcp", "139/tcp" },

  tcp { either = framed, alone = { "client", "server" } },
  tcp { client = session_request, server = session_answer, alone = "client" },
  -- Joined midway, one side may begin inside a message.
  tcp { server = framed },
  tcp { client = framed },

  fields {
    server = function(m)
      local v = m.server
      local kind = v and v:u8(4)
      if kind == 0xFF then return { protocol_version = "1" } end
      if kind ~= 0xFE or v:u16le(16) ~= 0 then return {} end
      -- The answer to Negotiate says which dialect both speak, such as 0x0311.
      local dialect = v:u16le(72)
      if not dialect or dialect < 0x0202 or dialect > 0x0311 then return {} end
      return { protocol_version = string.format("%x.%x.%x", dialect >> 8, dialect >> 4 & 15, dialect & 15) }
    end,
  },

  example { client = hex "00 00 00 54 FF 53 4D 42 72 00 00 00 00", server = hex "00 00 00 F0 FE 53 4D 42 40 00 00 00" },
  example { client = hex "81 00 00 44 20 43 4B 46 44", server = hex "82 00 00 00" },
  counterexample { client = hex "00 00 00 54 FF 53 4D 41 72 00" },
  counterexample { client = hex "16 03 01 00 54 01 00 00 50 03 01" },
}
