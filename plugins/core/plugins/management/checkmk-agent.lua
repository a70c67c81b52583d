-- The agent says everything as soon as it is asked: sections in angle brackets, the first named check_mk
-- (Checkmk user guide, the agent's output).
protocol "checkmk-agent" {
  title     = "Checkmk agent",
  reference = "Checkmk user guide: monitoring agents, output of the agent",
  category  = "management",
  ports     = { "6556/tcp" },

  tcp { server = starts "<<<check_mk>>>", alone = "server" },

  fields { server = { [[(?m)^Version: (?<version>[\w.\-]+)]], [[(?m)^AgentOS: (?<os>[^\r\n]+)]],
    [[(?m)^Hostname: (?<hostname>[^\s]+)]] } },

  example { server = "<<<check_mk>>>\nVersion: 2.2.0\nAgentOS: linux\nHostname: web1\n" },
  counterexample { server = "<<<check>>>\n" },
}
