-- The client opens: a length (4 bytes), then version 3.0 and parameters, or one of the requests for TLS,
-- GSSAPI or cancel, whose "version" is 1234.567x (PostgreSQL documentation, section 55.7).  The server
-- answers with typed messages.
local function startup(m)
  local v = m.client
  if not v then return true end
  local length, version = v:u32(0), v:u32(4)
  if not version then return more end
  -- A request to cancel holds a process and a key: of 4 bytes, since version 3.2 of up to 256.
  if version >> 16 == 1234 then return length == 8 or length >= 12 and length <= 268 end
  -- Parameters are names and values with zeros between; the last is followed by one more zero.
  if length > 10000 then return false end
  local first = v:u8(8)
  return first == nil or first == 0 or first >= 0x5F and first <= 0x7A
end

-- Yes (then TLS's handshake), no (then the answer to a plain start), GSSAPI (then a length), or an error;
-- old servers
-- write that as text.  The letter must stand alone or before what follows it: SSH and many others begin with
-- S too.
-- The two requests may follow each other.
local one_letter = matches
  [[^(?:N?S(?:[\x15\x16]\x03|\z)|NN?(?:[REv]\x00|\z)|G(?:\x00|\z)|E(?:\x00\x00|FATAL|\z))]]
local answers = any { bytes "52 00 00 00 ??", bytes "45 00 00 ?? ??", bytes "4E 00 00 00 ??",
    bytes "76 00 00 00 ??" }
-- The version follows the password, in a later message.  This always holds, though not before the version,
-- TLS or an error, 1 KB or the end, so that the fields find it.
local version_told = any { starts "E", starts "S", starts "NS", starts "G", contains "SFATAL\0",
  matches [[server_version\x00[^\x00]+\x00]], none { contains "\xFF\xFF\xFF\xFF\xFF" } }
local function itself() return { product = "PostgreSQL", vendor = "PostgreSQL" } end

-- What a statement begins with.
local statement = [[(?:SELECT|INSERT|UPDATE|DELETE|BEGIN|COMMIT|SET|SHOW|CREATE|DROP|ALTER|START|ROLLBACK|]]
  .. [[DISCARD|WITH|COPY)\b]]

protocol "postgresql" {
  title     = "PostgreSQL",
  reference = "PostgreSQL documentation, chapter 55 (frontend/backend protocol 3.0)",
  category  = "database",
  also      = { "pgsql", "postgres" },
  ports     = { "5432/tcp" },
  alternates = { "5433/tcp", "6432/tcp", "15432/tcp" },

  -- 04 D2 16 2E: cancel, 2F: TLS, 30: GSSAPI; the answer is one letter, or an error.  Nothing answers a
  -- cancel.
  tcp { client = any { bytes "00 00 00 08 04 D2 16 2F", bytes "00 00 00 08 04 D2 16 30" },
        server = all { one_letter, version_told }, alone = "client", check = startup },
  tcp { client = bytes "00 00 [00-01] ?? 04 D2 16 2E", alone = "client", check = startup },
  -- Version 3.0 to 3.2, answered with a request for a password or an error.
  tcp { client = any { bytes "00 00 ?? ?? 00 03 00 00", bytes "00 00 ?? ?? 00 03 00 02" },
        server = all { answers, version_told }, check = startup },
  tcp { client = any { all { bytes "00 00 ?? ?? 00 03 00 00",
    any { contains "user\0", contains "database\0" } } },
    server = all { answers, version_told }, alone = "client", check = startup },
  -- The server's side alone: authentication (R) and then parameters (S), or a fatal error.
  tcp { server = any { all { bytes "52 00 00 00 08 00 00 00 00 53 00 00 00", contains "server_version\0" },
    matches [[^E\x00\x00[\x00-\x07](?s:.)S(?:ERROR|FATAL|PANIC)\x00]],
    matches [[^NE\x00\x00[\x00-\x07](?s:.)S(?:ERROR|FATAL|PANIC)\x00]],
    -- In the language of the server; since 9.6 it says it again, for programs (V).
    matches [[^E\x00\x00[\x00-\x07](?s:.)S[^\x00]{1,40}\x00V(?:ERROR|FATAL|PANIC)\x00C[0-9A-Z]{5}\x00]],
    -- Yes to TLS, then the server's hello.
    matches [=[(?s)^S\x16\x03[\x01-\x03]..\x02\x00..\x03[\x01-\x03]]=] }, alone = "server" },

  -- The server asks for a password: MD5 with its salt, or SCRAM; perhaps behind its no to TLS.
  tcp { server = all { any { bytes "52 00 00 00 0C 00 00 00 05", bytes "4E 52 00 00 00 0C 00 00 00 05",
    all { bytes "52 00 00 00 ?? 00 00 00 0A", at(9, starts "SCRAM-SHA-256") },
    all { bytes "4E 52 00 00 00 ?? 00 00 00 0A", at(10, starts "SCRAM-SHA-256") } }, version_told },
    alone = "server" },
  -- Joined midway: a query (Q) or a statement (P), and messages of a letter and a length.
  tcp { client = any {
      all { bytes "51 00 00 ?? ??", matches([[(?is)^Q\x00\x00..]] .. statement) },
      all { bytes "50 00 00 ?? ??", matches([[(?is)^P\x00\x00..[^\x00]{0,63}\x00]] .. statement) } },
    server = bytes "[31,32,43-45,47,4E,53,54,5A] 00 00 ?? ??" },

  -- Replication, joined midway: how far the standby is (r), the log (w) or a sign of life (k).
  tcp { client = bytes "64 00 00 00 26 72", server = any { bytes "64 00 00 00 16 6B", bytes "64 00 ?? ?? ?? 77" } },

  -- A request for TLS: the answer is one letter.
  probe { send = hex "00 00 00 08 04 D2 16 2F" },

  example { server = "R\0\0\0\x0C\0\0\0\5abcd" },
  example { server = "S\x16\3\3\0\x7a\2\0\0\x76\3\3" .. string.rep("\xA5", 32) },
  example { server = "NE\0\0\0\x20SFATAL\0VFATAL\0C28000\0Mno\0\0" },
  example { client = "GET / HTTP/1.0\r\n\r\n",
    server = "E\0\0\0\x30SВАЖНО\0VFATAL\0C28000\0Mнет\0\0" },
  example { client = "d\0\0\0\x26r" .. string.rep("\0", 33), server = "d\0\0\0\x16k" .. string.rep("\0", 17) },
  example { client = "d\0\0\0\x26r" .. string.rep("\0", 33),
    server = "d\0\0\0\x2Aw" .. string.rep("\0", 24) .. "some changes" },
  counterexample { client = "d\0\0\0\x26r" .. string.rep("\0", 33), server = "d\0\0\0\x16m" },
  counterexample { server = "S\x17\3\3\0\x7a\2\0\0\x76\3\3" .. string.rep("\xA5", 32) },
  example { client = "Q\0\0\0\x0Dselect 1\0", server = "T\0\0\0\x21\0\1" },
  counterexample { client = "Q\0\0\0\x0Dselect 1\0", server = "HTTP/1.1 400 Bad Request\r\n\r\n" },
  counterexample { server = "R\0\0\0\x0C\0\0\0\7abcd" },

  upgrade "tls" {},                                              -- SSLRequest

  fields {
    server = {
      [[server_version\x00(?<version>\d[^\x00 /]*)(?:/(?<software>bouncer))?]],
      [[server_version\x00[^\x00]*?\((?<os>Debian|Ubuntu)]],
      -- An error: its fields are a letter and a text each; M is the message, R the routine.  It ends before the
      -- names of a host, user or database, in the quotes of some language, and before the version that was asked
      -- for.
      [[^N?E\x00\x00(?s:..)S(?:ERROR|FATAL|PANIC)\x00(?:[^\x00M][^\x00]*\x00)*?M]]
        .. [[(?<banner>[^\x00\x20"]+\x20[^\x00"\d\xC2\xE2]*[^\x00"\d\xC2\xE2\x20])]],
    },
    -- The name that a program gives itself, where it does.
    client = [[application_name\x00(?<software>[^\x00]+)]],
    describe = {
      software = function() return { product = "PgBouncer", vendor = "PgBouncer" } end,
      version = itself,
    },
  },
  -- PostgreSQL says the severity twice (V), or the routine last (R); pools such as PgBouncer say neither.
  identify { server = [[^N?E\x00\x00(?s:..)S(?:ERROR|FATAL|PANIC)\x00(?:V|(?:[^\x00]+\x00)*?R[A-Za-z_]+\x00\x00)]],
    gives = { product = "PostgreSQL", vendor = "PostgreSQL" } },
  -- The first is in the language of the server.
  identify { server = [[^N?E\x00\x00(?s:..)S[^\x00]{1,40}\x00VFATAL\x00]],
    gives = { product = "PostgreSQL", vendor = "PostgreSQL" } },

  example { client = hex "00 00 00 08 04 D2 16 2F", server = "N" },
  example { client = "\0\0\0\x27\0\3\0\0user\0me\0application_name\0psql\0\0",
    server = "R\0\0\0\x08\0\0\0\3" },
  -- Neither GSSAPI nor TLS, then a password; the version comes behind it.  A pool names itself there.
  example { client = hex "00 00 00 08 04 D2 16 30" .. hex "00 00 00 08 04 D2 16 2F"
      .. "\0\0\0\x11\0\3\0\0user\0me\0\0",
    server = "NNR\0\0\0\x17\0\0\0\nSCRAM-SHA-256\0\0R\0\0\0\8\0\0\0\0"
      .. "S\0\0\0\x18server_version\00016.1\0" },
  example { client = "\0\0\0\x11\0\3\0\0user\0me\0\0",
    server = "R\0\0\0\8\0\0\0\0S\0\0\0\x22server_version\0001.18.0/bouncer\0" },
  -- TLS, after GSSAPI was refused.
  example { client = hex "00 00 00 08 04 D2 16 30" .. hex "00 00 00 08 04 D2 16 2F", server = "NS" },
  -- Version 3.2.
  example { client = "\0\0\0\x11\0\3\0\2user\0me\0\0", server = "R\0\0\0\x08\0\0\0\3" },
  -- To cancel: process 7 and its key, as before and since 3.2.
  example { client = hex "00 00 00 10 04 D2 16 2E 00 00 00 07 01 02 03 04" },
  example { client = hex "00 00 00 2C 04 D2 16 2E 00 00 00 07" .. string.rep("\xA5", 32) },
  example { server = "R\0\0\0\8\0\0\0\0S\0\0\0\x16application_name\0\0"
    .. "S\0\0\0\x32server_version\00016.1 (Debian 16.1-1.pgdg120+1)\0" },
  example { server = "E\0\0\0\x91SFATAL\0VFATAL\0C28000\0\z
    Mno pg_hba.conf entry for host \"192.0.2.7\", user \"me\", \z
    database \"me\", no encryption\0Fauth.c\0L543\0RClientAuthentication\0\0" },
  counterexample { client = "\0\0\0\8\0\3\0\1", server = "SSH-2.0-a\r\n" },
  counterexample { client = hex "00 00 00 08 04 D2 16 2F", server = "SSH-2.0-a\r\n" },
  counterexample { client = hex "00 00 00 08 04 D2 16 2F", server = "ERROR\r\n" },
  counterexample { client = "\0\0\0\x11\0\3\0\0user\0me\0\0", server = "SSH-2.0-a\r\n" },
}
