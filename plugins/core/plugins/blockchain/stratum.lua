-- JSON in lines: mining.subscribe, mining.authorize and answers (Stratum mining protocol); login with a
-- wallet (CryptoNote); eth_submitLogin (EthereumStratum and its forerunners).
local call = [=[(?:mining\.(?:subscribe|authorize|configure|hello)|eth_(?:submitL|l)ogin)]=]
local ask = matches([=[^\{[^\n]{0,400}"method" ?: ?"]=] .. call .. '"')
local login = matches [=[^\{[^\n]{0,100}"method" ?: ?"login"[^\n]{0,40}"login" ?:]=]

protocol "stratum" {
  title     = "Stratum (mining)",
  reference = "Stratum mining protocol; EIP 1571; CryptoNote Stratum",
  category  = "blockchain",
  ports     = { "3333/tcp" },
  alternates = { "4444/tcp", "5555/tcp", "7777/tcp", "8888/tcp", "9999/tcp", "14433/tcp", "14444/tcp",
    "3032-3357/tcp" },

  tcp { client = all { starts "{", ask }, server = starts "{", alone = "client" },
  tcp { client = all { starts "{", login }, server = all { starts "{",
    matches [=["job" ?: ?\{|"error" ?: ?\{]=] } },

  fields {
    client = {
      [=["mining\.subscribe"[^\[\n]{0,20}\[ ?"(?<user_agent>[^"\n]{1,80})"]=],
      [=["agent" ?: ?"(?<user_agent>[^"\n]{1,80})"]=],
    },
  },

  example { client = '{"id": 1, "method": "mining.subscribe", "params": ["demo/1.0"]}\n',
    server = '{"id": 1, "result": [[["mining.notify", "ae6812eb"]], "08000002", 4], "error": null}\n' },
  example { client = '{"method":"login","params":{"login":"wallet","pass":"x","agent":"demo/1.0"},"id":1}\n',
    server = '{"id":1,"jsonrpc":"2.0","result":{"id":"1","job":{"blob":"07"},"status":"OK"}}\n' },
  example { client = '{"id": 1, "method": "mining.subscribe", "params": ["demo/1.0"]}\n' },
  counterexample { client = '{"id": 1, "method": "server.version", "params": []}\n',
    server = '{"id": 1, "result": ["ElectrumX 1.16", "1.4"]}\n' },
}
