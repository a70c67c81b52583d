-- Packets have a header of 20 bytes: a length, no channel (FF FF FF FF), no offset, no flags.  The client
-- opens with AUTH (8), a number, its version and a cookie; the answer is a reply (2) or an error (0)
-- (PulseAudio source: pstream.c, native-common.h, PROTOCOL).
local header = "00 00 ?? ?? FF FF FF FF 00 00 00 00 00 00 00 00 00 00 00 00 "

protocol "pulseaudio" {
  title     = "PulseAudio native protocol",
  reference = "PulseAudio source: PROTOCOL, pulsecore/pstream.c, pulsecore/native-common.h",
  category  = "media",
  ports     = { "4713/tcp" },

  tcp { client = bytes(header .. "4C 00 00 00 08 4C"), server = bytes(header .. "4C 00 00 00 [00,02] 4C"),
    alone = "client" },

  fields {
    server = function(m)
      local version = m.server and m.server:u8(24) == 2 and m.server:u8(30) == 0x4C and m.server:u32(31)
      return version and { protocol_version = string.format("%d", version & 0xFFFF) } or nil
    end,
  },

  example { client = hex "00 00 01 14 FF FF FF FF" .. string.rep("\0", 12)
      .. hex "4C 00 00 00 08 4C 00 00 00 00 4C 00 00 00 23 78 00 00 01 00" .. string.rep("\xA5", 256),
    server = hex "00 00 00 0F FF FF FF FF" .. string.rep("\0", 12)
      .. hex "4C 00 00 00 02 4C 00 00 00 00 4C 00 00 00 23" },
  -- Another command.
  counterexample { client = hex "00 00 01 14 FF FF FF FF" .. string.rep("\0", 12)
    .. hex "4C 00 00 00 09 4C" },
}
