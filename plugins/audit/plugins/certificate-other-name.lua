-- The names that a certificate holds for, a star standing for one label (RFC 9525 section 6.3).
local function covers(name, host)
  if name == host then return true end
  if name:sub(1, 2) ~= "*." then return false end
  local rest = name:sub(2)
  return #host > #rest and host:sub(-#rest) == rest and not host:sub(1, #host - #rest):matches("[.]")
end

local function held_for(names, host)
  local from = 1
  for to = 1, #names + 1 do
    local c = names:sub(to, to)
    if c == "," or c == "" then
      local name = names:sub(from, to - 1)
      if name:sub(1, 1) == " " then name = name:sub(2) end
      if covers(name:lower(), host) then return true end
      from = to + 1
    end
  end
  return false
end

detect "certificate-other-name" {
  title     = "Certificate of another name",
  severity  = "medium",
  category  = "certificate",
  reference = "RFC 9525 section 6, CWE-297",
  on        = service { "tls", "dtls" },
  when      = function(s)
    -- A list that goes on may hold the name all the same.
    if not s.sni or not s.certificate_names or s.certificate_names:sub(-3) == "..." then return false end
    return not held_for(s.certificate_names, s.sni:lower())
  end,
  says      = "{host}:{port} was asked for {sni} and answers as {certificate_names}",
  example        { sni = "www.example.org", certificate_names = "mail.example.org" },
  example        { sni = "a.b.example.org", certificate_names = "*.example.org,example.org" },
  counterexample { sni = "WWW.example.org", certificate_names = "example.org, *.example.org" },
  counterexample { sni = "www.example.org", certificate_names = "mail.example.org,ftp.example.org,..." },
  counterexample { sni = "www.example.org" },
  counterexample { certificate_names = "www.example.org" },
}
