-- FF FF FF FF, then a word: getstatus, getinfo, getchallenge; the answers statusResponse, infoResponse,
-- challengeResponse (ioquake3, sv_main.c); older engines: status, rcon, answered by print and variables
-- between backslashes.
local out = "\xFF\xFF\xFF\xFF"

protocol "quake3" {
  title     = "Quake III and kin",
  reference = "ioquake3: sv_main.c, cl_main.c, connectionless packets",
  category  = "gaming",
  ports     = { "27960/udp" },
  alternates = { "27961-27969/udp", "28960/udp", "29070/udp", "27950/udp", "26000/udp", "27910/udp",
    "27500/udp" },

  udp { client = any { starts(out .. "getstatus"), starts(out .. "getinfo "), starts(out .. "getchallenge"),
    starts(out .. "getservers") }, alone = "client" },
  udp { server = any { starts(out .. "statusResponse\n"), starts(out .. "infoResponse\n"),
    starts(out .. "challengeResponse "), starts(out .. "getserversResponse"), starts(out .. "print\n\\") },
      alone = "server" },

  fields { server = {
    [[\\version\\(?<banner>[^\\\n]+)]], [[\\(?:sv_)?hostname\\(?<info>[^\\\n]+)]],
    [[\\(?:gamename|game)\\(?<product>[^\\\n]+)]], [[\\protocol\\(?<protocol_version>\d+)]],
  } },

  example { client = "\xFF\xFF\xFF\xFFgetstatus\n",
    server = "\xFF\xFF\xFF\xFFstatusResponse\n\\sv_hostname\\demo\\version\\ioq3 1.36\n" },
  example { client = "\xFF\xFF\xFF\xFFgetinfo xxx" },
  example { client = "\xFF\xFF\xFF\xFFgetinfo xxx",
    server = "\xFF\xFF\xFF\xFFinfoResponse\n\\sv_maxclients\\8\\clients\\2\\mapname\\q3dm17\z
      \\hostname\\demo\\protocol\\71\\gamename\\Quake3Arena\\challenge\\xxx" },
  example { server = "\xFF\xFF\xFF\xFFprint\n\\hostname\\demo\\version\\3.21\n", transport = "udp" },
  counterexample { client = "\xFF\xFF\xFF\xFFTSource Engine Query\0", transport = "udp" },
}
