-- DCE/RPC without connections to one of PROFINET's interfaces, whose identifiers begin with DEA0: that plugin
-- tells them by the identifier, and the flow lists this protocol as what followed.
protocol "profinet-cm" {
  title     = "PROFINET CM (context manager)",
  reference = "IEC 61158-6-10",
  category  = "industrial",
  ports     = { "34964/udp" },
  dynamic   = true,
}
