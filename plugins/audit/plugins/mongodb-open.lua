-- Everybody may say hello; what is asked for here takes a login, and none came before it.  Drivers say hello
-- first, on the same connection: then what follows is not seen.
local taken = { listDatabases = true, listCollections = true, listIndexes = true, find = true,
  aggregate = true,
  count = true, distinct = true, insert = true, update = true, delete = true, dbStats = true,
  collStats = true,
  serverStatus = true, getLog = true, getCmdLineOpts = true, hostInfo = true, top = true, usersInfo = true,
  currentOp = true, getParameter = true, replSetGetStatus = true }

detect "mongodb-open" {
  title     = "MongoDB answers without a login",
  severity  = "high",
  category  = "open-service",
  reference = "https://www.mongodb.com/docs/manual/administration/security-checklist/, CWE-306",
  on        = flow "mongodb",
  when      = function(s) return s.whole and s.ok == "1" and taken[s.client.command] == true end,
  says      = "{host}:{port} carries out {client.command} for {client.ip}, which did not log in",
  example        { whole = true, ok = "1", client = { command = "listDatabases" } },
  counterexample { whole = true, ok = "0", client = { command = "listDatabases" } },
  counterexample { whole = true, ok = "1", client = { command = "hello" } },
  counterexample { whole = false, ok = "1", client = { command = "find" } },
}
