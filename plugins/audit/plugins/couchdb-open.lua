-- The welcome, the state and the pages of the console are for everybody; databases and settings are not.
local free = { ["/"] = true, ["/_up"] = true, ["/favicon.ico"] = true, ["/_session"] = true }

detect "couchdb-open" {
  title     = "CouchDB answers without a login",
  severity  = "high",
  category  = "open-service",
  reference = "https://docs.couchdb.org/en/stable/intro/security.html, CWE-306",
  on        = flow "couchdb",
  when      = function(s)
    local path = s.client.path
    return s.status ~= nil and s.status:sub(1, 1) == "2" and path ~= nil and s.client.login == nil
      and not free[path] and path:sub(1, 8) ~= "/_utils/" and path ~= "/_utils"
  end,
  says      = "{host}:{port} answers {client.ip}'s {client.method} {client.path} without a login",
  example        { status = "200", client = { method = "GET", path = "/_all_dbs" } },
  example        { status = "201", client = { method = "PUT", path = "/orders" } },
  counterexample { status = "401", client = { method = "GET", path = "/_all_dbs" } },
  counterexample { status = "200", client = { method = "GET", path = "/" } },
  counterexample { status = "200", client = { method = "GET", path = "/_utils/index.html" } },
  counterexample { status = "200", client = { method = "GET", path = "/orders",
    login = "Authorization: Basic" } },
}
