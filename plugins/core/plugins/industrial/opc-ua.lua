-- Three letters, F (a final chunk), a size, little end first.  HEL says version 0 and an opc.tcp address,
-- ACK holds exactly five numbers, OPN names a security policy (OPC 10000-6 section 7.1.2).
local policy = "http://opcfoundation.org/UA/SecurityPolicy#"

local function whole(v)
  local length = v:u32le(4)
  return length >= 24 and (v:size() == length or v:size() < length and length > 1400 or v:starts(length,
    "MSG") == true)
end
local function message(m)
  if m.client and m.server and m.client:u32le(8) ~= m.server:u32le(8) then return false end
  return (not m.client or whole(m.client)) and (not m.server or whole(m.server))
end

protocol "opc-ua" {
  title     = "OPC Unified Architecture (OPC UA)",
  reference = "OPC 10000-6 section 7.1.2",
  category  = "industrial",
  also      = { "opcua" },
  ports     = { "4840/tcp" },
  alternates = { "4841/tcp", "48010/tcp", "48020/tcp", "48031/tcp", "49320/tcp", "53530/tcp", "62541/tcp" },

  tcp { client = all { bytes "48 45 4C 46 ?? ?? 00 00 00 00 00 00", contains "opc.tcp://" },
        server = any { bytes "41 43 4B 46 1C 00 00 00 00 00 00 00", bytes "45 52 52 46 ?? ?? 00 00" },
        alone = { "client", "server" } },
  -- A server may call its client first.
  tcp { server = all { bytes "52 48 45 46 ?? ?? 00 00", contains "opc.tcp://" }, alone = "server" },
  tcp { client = all { bytes "52 48 45 46 ?? ?? 00 00", contains "opc.tcp://" },
    server = any { starts "HEL", starts "ERR" }, alone = "client" },
  tcp { either = all { bytes "4F 50 4E 46 ?? ?? 00 00", at(16, starts(policy)) }, alone = { "client",
    "server" } },

  -- Joined midway: messages with their length, a channel, a token, a number of the sequence and of the
  -- request.
  tcp { client = bytes "4D 53 47 [43,46] ?? ?? 0? 00 ?? ?? ?? ??",
    server = bytes "4D 53 47 [43,46] ?? ?? 0? 00 ?? ?? ?? ??",
    alone = { "client", "server" }, check = message },

  fields { client = [[(?s)^HELF.{28}(?<info>opc\.tcp://[\x21-\x7e]+)]] },

  -- Hello, with an endpoint of no server.
  probe { home = true, send = "HELF" .. hex "38 00 00 00 00 00 00 00 00 20 00 00 00 20 00 00 00 00 00 00 00 00 00 00 18 00 00 00" .. "opc.tcp://offport.invalid" },

  example { client = "MSGF\x20\0\0\0\1\0\0\0\1\0\0\0\2\0\0\0\2\0\0\0\0\0\0\0\0\0\0\0" },
  counterexample { client = "MSGF\x22\0\0\0\1\0\0\0\1\0\0\0\2\0\0\0\2\0\0\0\0\0\0\0\0\0\0\0" },
  example { client = hex "48 45 4C 46 37 00 00 00 00 00 00 00 00 00 01 00 00 00 01 00 00 00 00 00 00 00" ..
    hex "00 00 17 00 00 00"
      .. "opc.tcp://plc:4840/data",
    server = hex "41 43 4B 46 1C 00 00 00 00 00 00 00 00 00 01 00 00 00 01 00 00 00 00 00 00 00 00 00" },
  example { server = hex "52 48 45 46 28 00 00 00 05 00 00 00 75 72 6E 3A 61 0F 00 00 00" ..
    "opc.tcp://a:484" },
  example { client = hex "52 48 45 46 28 00 00 00 05 00 00 00 75 72 6E 3A 61 0F 00 00 00" ..
    "opc.tcp://a:484" },
  example { client = hex "4F 50 4E 46 84 00 00 00 00 00 00 00 2F 00 00 00" .. policy .. "None" },
  counterexample { client = "HELO example.org\r\n", server = "250 example.org\r\n" },
}
