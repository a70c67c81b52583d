-- One BER sequence per message: a message id, then an operation with an application tag (RFC 4511 section 4.2
-- and on).
local element = require "ber".element

-- The length takes one, two, three or five bytes (Windows always writes five); the id follows.
local message_start = any {
  bytes "30 ?? 02 0?", bytes "30 81 ?? 02 0?", bytes "30 82 ?? ?? 02 0?", bytes "30 83 ?? ?? ?? 02 0?",
  bytes "30 84 ?? ?? ?? ?? 02 0?",
}
-- Bind 60, unbind 42, search 63, modify 66, add 68, delete 4A, rename 6C, compare 6E, abandon 50, extended
-- 77.
local ask = all { message_start, seq { enter "30", skip "02", skip "[42,4A,50,60,63,66,68,6C,6E,77]" } }
local answer = all { message_start, seq { enter "30", skip "02", skip "[61,64,65,67,69,6B,6D,6F,73,78,79]" } }

-- What an entry of the root says (RFC 4512 section 5.1, RFC 3045): an attribute's name, then a set (31) of
-- octet strings (04) with its values.
local function value(v, attribute)
  local at = v:find(0, attribute)
  if not at or v:u8(at + #attribute) ~= 0x31 then return nil end
  local _, set = element(v, at + #attribute)
  local tag, from, length = element(v, set or v:size())
  if tag ~= 4 or length == 0 then return nil end
  return v:bytes(from, math.min(length, v:size() - from, 128))
end

-- Active Directory's level of function (MS-ADTS 3.1.1.3.2.25).
local levels = {
  ["0"] = "Windows 2000 Server", ["2"] = "Windows Server 2003", ["3"] = "Windows Server 2008",
  ["4"] = "Windows Server 2008 R2", ["5"] = "Windows Server 2012", ["6"] = "Windows Server 2012 R2",
  ["7"] = "Windows Server 2016", ["10"] = "Windows Server 2025",
}
-- Vendors by the words in vendorName or vendorVersion.
local vendors = {
  { "389-Directory", "389 Directory Server", "Fedora Project" },
  { "389 Project", "389 Directory Server", "Fedora Project" },
  { "Fedora", "389 Directory Server", "Fedora Project" },
  { "Samba", "Samba Active Directory Controller", "Samba" }, { "OpenDJ", "OpenDJ", "ForgeRock" },
  { "ForgeRock", "OpenDJ", "ForgeRock" }, { "NetIQ", "NetIQ LDAP Agent for eDirectory", "NetIQ" },
  { "Novell", "Novell LDAP Agent for eDirectory", "Novell" },
  { "Netscape", "Netscape Directory Server", "Netscape" },
  { "Red Hat", "Red Hat Directory Server", "Red Hat" }, { "OpenDS", "OpenDS", "OpenDS" },
  { "Apache", "ApacheDS", "Apache" }, { "IBM Lotus", "IBM Domino LDAP Server", "IBM" },
  { "International Business", "IBM Tivoli Directory Server", "IBM" },
  { "Sun-Java", "Sun Java System Directory Server", "Sun" }, { "Sun-ONE", "Sun ONE Directory Server", "Sun" },
  { "Sun", "Sun Directory Server", "Sun" }, { "Oracle", "Oracle Directory Server", "Oracle" },
  { "CA ", "CA Directory", "CA" }, { "Ping", "PingDirectory", "Ping Identity" },
  { "Isode", "Isode M-Vault", "Isode" },
  { "Critical Path", "Critical Path Directory Server", "Critical Path" },
  { "UnboundID", "UnboundID Directory Server", "UnboundID" }, { "ViewDS", "ViewDS", "eNitiatives" },
  { "Siemens", "DirX", "Siemens" }, { "Lotus", "IBM Domino LDAP Server", "IBM" },
}

local function described(m)
  local v = m.server
  -- The entry of the root has no name: an empty string, and then the list of attributes.
  if not v or not v:find(0, "\4\0\x30") then return nil end
  local result = { hostname = value(v, "dnsHostName") }
  local name = value(v, "vendorName") or value(v, "vendorname")
  local version = value(v, "vendorVersion") or value(v, "vendorversion")
  if name or version then
    result.banner = version or name
    for _, entry in ipairs(vendors) do
      local at = v:find(0, entry[1])
      if at then result.product, result.vendor = entry[2], entry[3] break end
    end
    result.vendor = result.vendor or name
    if not result.product then
      -- Name-Directory/1.2 says itself what it is; of others only the maker is known.
      for i = 1, version and #version - 9 or 0 do
        if string.sub(version, i, i + 10) == "-Directory/" then
          result.product = string.sub(version, 1, i - 1) .. " Directory Server"
        end
      end
      result.product = result.product or name and name .. " LDAP Server" or nil
    end
    -- Product/1.2 B3, Name 8.8 SP8 or V902: from the first figure that follows a blank, a slash or a V.
    local before = 32
    if version and string.sub(version, 1, 4) == "389-" then before = 0 end
    for i = 1, version and #version or 0 do
      local c = string.byte(version, i)
      if c >= 48 and c <= 57 and (before == 32 or before == 47 or before == 86) then
        result.version = string.sub(version, before == 86 and i - 1 or i)
        break
      end
      before = c
    end
    return result
  end
  local oracle = value(v, "orcldirectoryversion")
  if oracle then
    local blank = string.sub(oracle, 1, 4) == "OVD " and 5 or string.sub(oracle, 1, 4) == "OID " and 5 or 1
    local virtual = string.sub(oracle, 1, 3) == "OVD"
    return { product = virtual and "Oracle Virtual Directory Server" or "Oracle Internet Directory",
      vendor = "Oracle", version = string.sub(oracle, blank), banner = oracle }
  end
  local dsa = value(v, "dsaVersion")
  if dsa then
    for i = 2, #dsa - 1 do
      if string.sub(dsa, i, i + 1) == " v" then
        return { product = string.sub(dsa, 1, i - 1), version = string.sub(dsa, i + 2), banner = dsa }
      end
    end
    return { product = dsa, banner = dsa }
  end
  local vmware = value(v, "vmwPlatformServicesControllerVersion")
  if vmware then
    return { product = "VMware Platform Services Controller", vendor = "VMware", version = vmware,
      hostname = result.hostname }
  end
  if v:find(0, "OpenLDAProotDSE") then
    return { product = "OpenLDAP", vendor = "OpenLDAP", hostname = result.hostname }
  end
  local level = value(v, "domainControllerFunctionality")
  -- 1.2.840.113556.1.4.800 is the capability of a domain controller, 1851 that of the lightweight server.
  if level or v:find(0, "1.2.840.113556.1.4.") then
    local light = v:find(0, "1.2.840.113556.1.4.1851")
    result.product = light and "Active Directory Lightweight Directory Services"
      or v:find(0, "1.2.840.113556.1.4.800") and "Active Directory Domain Controller" or nil
    result.vendor = result.product and "Microsoft" or nil
    result.os = level and levels[level] or nil
    result.hostname = result.hostname or value(v, "dNSHostName")
    return result
  end
  return result.hostname and result or nil
end

-- How a client logs in: BindRequest (60) with a version, a name and simple (80, a password) or SASL (A3).
local function bind(m)
  local v = m.client
  if not v or v:u8(0) ~= 0x30 then return nil end
  local at = v:u8(1) < 0x80 and 2 or v:u8(1) - 0x80 + 2
  if v:u8(at) ~= 2 or not v:u8(at + 1) then return nil end
  at = at + 2 + v:u8(at + 1)
  if v:u8(at) ~= 0x60 or not v:u8(at + 1) then return nil end
  at = at + 2 + (v:u8(at + 1) < 0x80 and 0 or v:u8(at + 1) - 0x80) + 3
  local length = v:u8(at) == 4 and v:u8(at + 1)
  if not length or length >= 0x80 then return nil end
  at = at + 2 + length
  local kind, secret = v:u8(at), v:u8(at + 1)
  if kind == 0x80 and secret and secret > 0 then return { login = "simple" } end
  return kind == 0xA3 and { login = "sasl" } or nil
end

protocol "ldap" {
  title     = "Lightweight Directory Access Protocol",
  reference = "RFC 4511 sections 4.1.1 and 4.2",
  category  = "directory",
  also      = { "ldap_tcp", "ldap_udp", "spicy_ldap_tcp", "spicy_ldap_udp", "cldap" },
  ports     = { "389/tcp", "389/udp", "3268/tcp" },
  alternates = { "1389/tcp", "10389/tcp", "636/tcp" },

  tcp { client = ask, server = answer, alone = { "client", "server" } },
  udp { client = ask, server = answer, alone = { "client", "server" } },

  upgrade "tls" {},                                              -- StartTLS (RFC 4511 section 4.14)

  fields { server = described, client = bind },

  -- The entry of the server itself: search at the root, base object, (objectClass=*).
  probe { send = hex "30 25 02 01 01 63 20 04 00 0A 01 00 0A 01 00 02 01 01 02 01 05 01 01 00 87 0B" .. "objectClass" .. hex "30 00" },

  example { client = hex "30 0C 02 01 01 60 07 02 01 03 04 00 80 00",
    server = hex "30 0C 02 01 01 61 07 0A 01 00 04 00 04 00" },
  example { transport = "udp",
    client = hex "30 25 02 01 01 63 20 04 00 0A 01 00 0A 01 00 02 01 00 02 01 00 01 01 00"
      .. hex "87 0B 6F 62 6A 65 63 74 63 6C 61 73 73 30 00" },
  counterexample { client = hex "30 1E 02 01 00 04 04 74 65 73 74 A0 13 02 01 01 02 01 00 02 01 00 30 08 30 06 06 02 2B 06 05 00" },
}
