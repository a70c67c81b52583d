-- Set-up: byte order, a pad byte, protocol 11.0, lengths of the authorization's name and data, a pad.  The
-- answer: failed (0), success (1) or authenticate (2), then 11.0 in the client's order (X Window System
-- Protocol, chapter 8).
local little = bytes "6C ?? 0B 00 00 00 [00-40] 00 [00-FF] [00-01]"
local big    = bytes "42 ?? 00 0B 00 00 00 [00-40] [00-01] ??"

-- Servers by how their vendor begins.
local servers = {
  { "The X.Org", "X.Org X11", "X.Org" }, { "X.Org", "X.Org X11", "X.Org" },
  { "freedesktop", "X.Org X11", "X.Org" }, { "CentOS", "X.Org X11", "X.Org", "Linux" },
  { "Fedora", "X.Org X11", "X.Org", "Linux" }, { "Red Hat", "X.Org X11", "X.Org", "Linux" },
  { "Debian", "X.Org X11", "X.Org", "Linux" }, { "SUSE", "X.Org X Server", "X.Org", "Linux" },
  { "The XFree86", "XFree86", "XFree86" }, { "XFree86", "XFree86", "XFree86" },
  { "The Cygwin/X", "Cygwin/X Server", "Cygwin", "Windows" },
  { "Colin Harrison", "Xming", "Xming", "Windows" },
  { "Hummingbird", "Exceed X server", "Hummingbird", "Windows" },
  { "Open Text", "Exceed X server", "OpenText", "Windows" },
  { "MobaXterm", "MobaXterm", "Mobatek", "Windows" }, { "StarNet", "X-Win32", "StarNet", "Windows" },
  { "WRQ", "ReflectionX", "WRQ", "Windows" }, { "Attachmate", "ReflectionX", "Attachmate", "Windows" },
  { "Sun Micro", "XSun Solaris X11 server", "Sun", "Solaris" },
  { "Santa Cruz", "SCO X server", "SCO", "SCO UNIX" },
  { "DECWINDOWS", "DECwindows", "HP" }, { "Hewlett", "HP X server", "HP" },
  { "International Business", "AIX X server", "IBM", "AIX" },
  { "Silicon", "IRIX X server", "SGI", "IRIX" }, { "NetSarang", "Xmanager", "NetSarang", "Windows" },
  { "RealVNC", "Xvnc", "RealVNC" }, { "AT&T Laboratories", "Xvnc", "AT&T" },
  { "TigerVNC", "Xvnc", "TigerVNC" },
  { "Apple", "XQuartz", "Apple", "Mac OS X" }, { "NoMachine", "NX", "NoMachine" },
  { "Labtam", "X-Thin Pro", "Labtam", "Windows" },
}
local function meaning(text)
  for _, server in ipairs(servers) do
    if string.sub(text, 1, #server[1]) == server[1] then
      local vms = string.sub(text, -7) == "OpenVMS"
      return { product = vms and "OpenVMS" or server[2], os = vms and "OpenVMS" or server[4] }
    end
  end
end

-- The vendor's name stands after 40 bytes, and its release number before.
local function vendor(m)
  local v = m.server
  if not v or v:u8(0) ~= 1 then return nil end
  local small = v:u8(2) == 11
  local n = small and v:u16le(24) or v:u16(24)
  local release = small and v:u32le(8) or v:u32(8)
  if not n or n == 0 or n > 100 then return nil end
  return { vendor = v:bytes(40, n), version = release and string.format("%d", release) }
end

protocol "x11" {
  title     = "X Window System",
  reference = "X Window System Protocol, X Version 11, chapter 8",
  category  = "remote-access",
  also      = { "x11:0", "x11:1" },
  ports     = { "6000-6063/tcp" },

  -- A refusal says 11.0 too; its second byte is the length of the reason.
  tcp { client = little, server = bytes "[00-02] ?? 0B 00 00 00", alone = "client" },
  tcp { client = big, server = bytes "[00-02] ?? 00 0B 00 00", alone = "client" },

  -- A refusal in the words of the sample server.
  tcp { server = matches([[^\x00[\x10-\xff](?:\x0b\x00\x00\x00[\x04-\x40]\x00|\x00\x0b\x00\x00\x00[\x04-\x40])]]
    .. [[(?:Authorization required, but no|No protocol specified|Client is not authorized|]]
    .. [[Invalid MIT-MAGIC-COOKIE-1|Invalid XDM-AUTHORIZATION-1|Maximum number of clients)]]), alone = "server" },

  fields { server = vendor, describe = { vendor = meaning } },

  -- The setup of a little-endian client, version 11.0, without a key.
  probe { home = true, send = hex "6C 00 0B 00 00 00 00 00 00 00 00 00" },

  example { client = hex "6C 00 0B 00 00 00 12 00 10 00 00 00" .. "MIT-MAGIC-COOKIE-1\0\0",
    server = hex "01 00 0B 00 00 00 08 00" },
  example { client = hex "42 00 00 0B 00 00 00 00 00 00 00 00", server = hex "01 00 00 0B 00 00 00 08" },
  example { server = hex "00 16 0B 00 00 00 06 00" .. "No protocol specified\n\0\0" },
  counterexample { server = hex "00 16 0B 00 00 00 06 00" .. "No such protocol here\n\0\0" },
  counterexample { client = hex "6C 00 0A 00 00 00 12 00 10 00 00 00",
    server = hex "01 00 0A 00 00 00 08 00" },
}
