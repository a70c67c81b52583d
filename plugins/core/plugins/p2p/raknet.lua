-- Messages outside a connection carry a magic of 16 bytes: 00 FF FF 00, FE x4, FD x4, 12 34 56 78 (RakNet,
-- offline messages). Games that are built on it open so: Minecraft's Bedrock edition, Roblox and others.
local magic = bytes "00 FF FF 00 FE FE FE FE FD FD FD FD 12 34 56 78"

protocol "raknet" {
  title     = "RakNet",
  reference = "RakNet 4 source, offline messages",
  category  = "p2p",
  dynamic   = true,

  -- 05 to 08 open a connection, 01 pings, 1C answers; the magic stands behind the number, or behind a time.
  udp { either = any {
          all { any { bytes "05", bytes "06", bytes "07", bytes "08", bytes "02" }, at(1, magic) },
          all { bytes "01", at(9, magic) }, all { bytes "1C", at(17, magic) },
        }, alone = { "client", "server" } },

  -- Minecraft's Bedrock edition tells its name, protocol, version and, behind them, how many play, in the answer
  -- to a ping.
  fields { server = {
    [[^\x1C(?s:.{34})(?<banner>MC[PE]E;[^;]*;[^;]*;[^;]*)]],
    [[^\x1C(?s:.{34})MC[PE]E;(?<info>[^;]*);(?<protocol_version>\d+);(?<version>[\d.]+);]],
  } },

  example { client = hex "05 00 FF FF 00 FE FE FE FE FD FD FD FD 12 34 56 78 06" },
  example { client = hex "01 00 00 00 00 00 00 10 00" ..
      hex "00 FF FF 00 FE FE FE FE FD FD FD FD 12 34 56 78 11 22 33 44 55 66 77 88",
    server = hex "1C 00 00 00 00 00 00 10 00 00 00 00 00 00 00 30 39" ..
      hex "00 FF FF 00 FE FE FE FE FD FD FD FD 12 34 56 78 00 49" ..
      "MCPE;Example;748;1.21.40;3;10;12345;Bedrock level;Survival;1;19132;19133;" },
  counterexample { client = hex "05 00 FF FF 00 FE FE" },
}
