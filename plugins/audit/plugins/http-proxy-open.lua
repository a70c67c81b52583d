-- Whoever reaches it may hide behind it.  One that asks for a login says 407 first; one that lets only its own
-- clients through cannot be told from here: list it with allow, or silence it with disable.
detect "http-proxy-open" {
  title     = "HTTP proxy without a login",
  severity  = "medium",
  category  = "open-service",
  reference = "RFC 9110 section 11.7, CWE-441",
  on        = flow "http-proxy",
  when      = function(s)
    return s.status ~= nil and s.status:sub(1, 1) == "2" and s.client.method ~= nil and s.client.login == nil
  end,
  says      = "{host}:{port} carries out {client.ip}'s {client.method} without a login",
  example        { status = "200", client = { method = "CONNECT" } },
  example        { status = "204", client = { method = "GET" } },
  counterexample { status = "407", client = { method = "CONNECT" } },
  counterexample { status = "403", client = { method = "CONNECT" } },
  counterexample { status = "200", client = { method = "CONNECT", login = "Basic" } },
  counterexample { status = "200", client = {} },
}
