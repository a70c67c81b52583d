-- Lines of words: the client's begin with a command; the answers repeat what was asked, in BEGIN LIST ... END
-- LIST when there are several, or say OK or ERR and a code (RFC 9271 sections 4 and 5).
local command_word = command { "GET", "LIST", "VER", "NETVER", "PROTVER", "USERNAME", "PASSWORD", "LOGIN",
  "ATTACH",
  "STARTTLS", "SET", "INSTCMD", "PRIMARY", "MASTER", "FSD", "HELP", "LOGOUT" }
local list = matches [[^BEGIN LIST (?:UPS|VAR|RW|CMD|ENUM|RANGE|CLIENT)(?: [^\r\n]{1,200})?\n]]
local about = starts "Network UPS Tools upsd "

protocol "nut" {
  title     = "Network UPS Tools",
  reference = "RFC 9271",
  category  = "management",
  also      = { "nut-upsd" },
  ports     = { "3493/tcp" },

  tcp { client = command_word, server = any { list, about }, alone = "server" },
  tcp { client = command_word, server = any {
    matches [[^(?:VAR|TYPE|DESC|CMDDESC|UPSDESC|NUMATTACH|NUMLOGINS) [^ \r\n]{1,100} [^\r\n]{1,400}\n]],
    matches [[^ERR (?:UNKNOWN-UPS|VAR-NOT-SUPPORTED|CMD-NOT-SUPPORTED|INVALID-ARGUMENT|INSTCMD-FAILED|SET-FAILED|READONLY|TOO-LONG|FEATURE-NOT-SUPPORTED|FEATURE-NOT-CONFIGURED|ALREADY-SSL-MODE|TLS-ALREADY-ENABLED|TLS-NOT-ENABLED|DRIVER-NOT-CONNECTED|DATA-STALE|ALREADY-LOGGED-IN|ALREADY-ATTACHED|INVALID-PASSWORD|ALREADY-SET-PASSWORD|INVALID-USERNAME|ALREADY-SET-USERNAME|USERNAME-REQUIRED|PASSWORD-REQUIRED|UNKNOWN-COMMAND|INVALID-VALUE)\b]],
  } },
  tcp { client = matches [[^USERNAME [^ \r\n]{1,128}\n]], server = starts "OK\n" },
  tcp { client = starts "STARTTLS\n", server = starts "OK STARTTLS\n" },

  upgrade "tls" {},                                              -- STARTTLS (RFC 9271 section 4.2.13)

  fields { server = [[(?m)^(?<banner>(?<product>Network UPS Tools) upsd (?<version>\d[\w.+-]*)[^\r\n]*)]] },

  probe { send = "VER\n" },

  example { client = "VER\n", server = "Network UPS Tools upsd 2.8.0 - https://www.networkupstools.org/\n" },
  example { client = "LIST UPS\n", server = "BEGIN LIST UPS\nUPS rack \"Rack\"\nEND LIST UPS\n" },
  example { client = "GET VAR rack ups.status\n", server = "VAR rack ups.status \"OL\"\n" },
  example { client = "LIST VAR attic\n", server = "ERR UNKNOWN-UPS\n" },
  example { client = "USERNAME guest\nPASSWORD secret\n", server = "OK\n" },
  example { client = "STARTTLS\n", server = "OK STARTTLS\n\x16\3\3" },
  counterexample { client = "LIST\r\n", server = "+OK 2 messages\r\n" },
  counterexample { client = "GET / HTTP/1.1\r\n\r\n", server = "HTTP/1.1 200 OK\r\n\r\n" },
}
