-- A length of the whole, a length of the header whose first byte tells its form (0 JSON), the header, a
-- body.  Headers of JSON hold code, opaque and language (RocketMQ remoting: RemotingCommand).
local function check(m)
  local v = m.client or m.server
  local whole, header = v:u32(0), v:u32(4)
  return whole >= header + 4 and header >= 20
end
local header = all { bytes "00 ?? ?? ?? 00 00 ?? ?? 7B 22", contains [["code":]], contains [["opaque":]] }

protocol "rocketmq" {
  title     = "Apache RocketMQ (remoting)",
  reference = "Apache RocketMQ source, remoting/protocol/RemotingCommand",
  category  = "messaging",
  ports     = { "9876/tcp", "10911/tcp" },
  alternates = { "10909/tcp", "10912/tcp" },

  tcp { either = header, alone = { "client", "server" }, check = check },

  fields {
    client = {
      [["language":"(?<software>[A-Z_]+)"]], [["version":(?<protocol_version>\d+)]],
    },
  },

  example {
    client = hex "00 00 00 43 00 00 00 3F" ..
        [[{"code":105,"flag":0,"language":"JAVA","opaque":1,"version":401}]],
    server = hex "00 00 00 40 00 00 00 3C" ..
        [[{"code":0,"flag":1,"language":"JAVA","opaque":1,"version":401}]] },
  counterexample { client = hex "00 00 00 43 00 00 00 3F" .. [[{"jsonrpc":"2.0","id":1,"method":"hello"}]] },
}
