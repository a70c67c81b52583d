-- A vertical tab, then a message that begins with its header segment, MSH, and the separators it uses (HL7
-- minimal lower layer protocol, HL7 v2 section 2.5.4).
protocol "hl7" {
  title     = "HL7 version 2 (MLLP)",
  reference = "HL7 minimal lower layer protocol, HL7 v2 section 2.5.4",
  category  = "messaging",
  ports     = { "2575/tcp" },
  alternates = { "6661/tcp", "6660/tcp" },

  tcp { either = starts "\x0BMSH|^~\\&", alone = { "client", "server" } },

  -- The third value is the sending program, the fourth its site.
  fields {
    server = [[^\x0bMSH\|\^~\\&\|(?<product>[^|\r]{1,60})\|(?<hostname>[^|\r]{0,60})]],
    client = [[^\x0bMSH\|\^~\\&\|(?<software>[^|\r]{1,60})\|]],
  },

  example { client = "\x0BMSH|^~\\&|A|B|C|D\r\x1C\r", server = "\x0BMSH|^~\\&|C|D|A|B\r\x1C\r" },
  counterexample { client = "MSH|^~\\&|A" },
}
