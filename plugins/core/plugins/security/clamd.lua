-- Commands are words behind z, which end with a zero, or n, which end with a line (clamd's manual, section
-- COMMANDS).  In a session answers have a number in front.
local asked = {}
for _, word in ipairs { "PING", "VERSION", "VERSIONCOMMANDS", "STATS", "RELOAD", "INSTREAM", "IDSESSION" } do
  asked[#asked + 1] = starts("z" .. word .. "\0")
  asked[#asked + 1] = starts("n" .. word .. "\n")
end
for _, word in ipairs { "SCAN", "CONTSCAN", "MULTISCAN", "ALLMATCHSCAN" } do
  asked[#asked + 1] = starts("z" .. word .. " /")
  asked[#asked + 1] = starts("n" .. word .. " /")
end

protocol "clamd" {
  title     = "ClamAV daemon (clamd)",
  reference = "clamd(8), COMMANDS",
  category  = "security",
  also      = { "clam" },
  ports     = { "3310/tcp" },

  tcp { client = any(asked), server = any { starts "PONG", starts "ClamAV ", starts "stream: ", starts "1: ",
    starts "POOLS: ", starts "RELOADING", starts "/", starts "INSTREAM size limit",
    starts "UNKNOWN COMMAND" },
    alone = "client" },
  -- Nothing else says so, to whatever it was asked.
  tcp { server = all { any { starts "ClamAV ", starts "1: ClamAV " },
    matches [=[^(?:1: )?ClamAV \d+\.\d+[\w.-]*[/\x00\n]]=] }, alone = "server" },

  fields { server = [[^(?:1: )?(?<product>ClamAV) (?<version>\d[\w.-]*)]] },

  probe { send = "zVERSION\0" },

  example { client = "zVERSION\0", server = "ClamAV 1.0.7/27400/Fri Nov 27 09:00:00 2026\0" },
  example { client = "nPING\n", server = "PONG\n" },
  example { client = "zINSTREAM\0\0\0\0\4demo\0\0\0\0" },
  example { client = "VERSION\n", server = "ClamAV 1.0.7\n" },
  counterexample { client = "PING\n", server = "PONG\n" },
  counterexample { client = "zPINGS\0", server = "PONG\0" },
}
