/// Protocols, their parts, and the words of policies and packs.
extension Word {
    var declarationGuide: Language.Guide {
        switch self {
        case .tcp, .udp, .sctp: signatureGuide
        case .fields:
            guide(
                .part, "fields { server = [[^220 (?<product>\\S+)]] }",
                "What the records tell: patterns with named groups, or functions that return a table.",
                keys: [
                    key(
                        "client", "offport.Source|offport.Source[]", "From what the client says: its program."
                    ),
                    key(
                        "server", "offport.Source|offport.Source[]", "From what the server says: the service."
                    ),
                    key(
                        "either", "fun(m: offport.Said): table?",
                        "A function of what either says, whoever was heard: the service."),
                    key(
                        "describe", "table<string, fun(text: string): table?>",
                        "What the words of a field mean."),
                ])
        case .expectFlow:
            guide(
                .part, "expect_flow { client = \"PORT \", notation = \"ftp\", as = \"ftp-data\" }",
                "A line of this conversation announces another flow.",
                keys: [
                    key("client", "string", "How the client's line begins, in any case."),
                    key("server", "string", "How the server's line begins, in any case."),
                    key("notation", "\"ftp\"|\"extended\"|\"sender\"", "How the endpoint is written."),
                    key(
                        "after", "string",
                        "Instead of a line: the protocol of an upgrade, which the flow speaks too."),
                    key("as", "string", "The protocol of the coming flow."),
                ])
        case .example: exampleGuide("A conversation that must be recognised; tried at every load.")
        case .counterexample: exampleGuide("A conversation that must not be recognised; tried at every load.")
        case .upgrade:
            guide(
                .part, "upgrade \"tls\" {}",
                "The conversation may turn into another protocol; a field may say which.",
                ["name": "string"])
        case .extend:
            guide(
                .declaration,
                "extend \"ssh\" { identify { server = [[^SSH-2.0-(\\S+)]], gives = { product = \"{1}\" } } }",
                "Adds signatures, fields and identifications to a protocol that another plugin declares.",
                ["name": "string"])
        case .identify:
            guide(
                .part,
                "identify { server = [[^220 ExampleD (\\S+)]], gives = { product = \"ExampleD\", version = \"{1}\" } }",
                "What certain words say of a program; the first that fits counts.",
                keys: [
                    key("client", "string", "The pattern for the client's words."),
                    key("server", "string", "The pattern for the server's words."),
                    key("within", "string", "A pattern whose first group is the text to look at."),
                    key(
                        "gives", "table<string, string>",
                        "The fields; {1} is what the first group of the pattern took."),
                ])
        case .probe:
            guide(
                .part, "probe { send = \"INFO\\r\\n\" }",
                "What 'offport probe' says to find out whether a server speaks this protocol.",
                keys: [
                    key("send", "string", "What the client says, whole."),
                    key(
                        "transport", "\"tcp\"|\"udp\"",
                        "What carries it; tcp unless every signature is of udp."),
                    key(
                        "after", "string",
                        "\"server\": only to one that has greeted so; or a protocol: only to one that is that."
                    ),
                    key("answer", "string", "A pattern that the answer must match."),
                    key("home", "boolean", "Only to the protocol's own ports."),
                    key("silent", "boolean", "Nothing is ever said to the protocol's own ports."),
                ])
        case .handshake:
            guide(
                .source, "handshake \"tls\"",
                "For client or server of fields, and no matcher: a handshake that is read natively.",
                ["kind": "string"])
        default: protocolGuide
        }
    }

    private var protocolGuide: Language.Guide {
        guide(
            .declaration, "protocol \"ssh\" { title = \"Secure Shell\", ... }",
            "Declares a protocol: what it says first, where it is expected, what its records tell.",
            ["name": "string"],
            keys: [
                key("title", "string", "The name for people; required."),
                key("reference", "string", "The specification, with its section."),
                key("category", "string", "The group: remote-access, file-transfer, web, mail, database ..."),
                key("ports", "string|string[]", "Where it is expected: \"21/tcp\", \"6000-6063/tcp\"."),
                key("shares", "string|string[]", "Ports of another protocol where it is expected too."),
                key(
                    "alternates", "string|string[]", "Customary second homes: off-port, with lower severity."),
                key("also", "string|string[]", "What scanners and other sensors call it: \"ms-wbt-server\"."),
                key("dynamic", "boolean", "It has no home and is never off-port."),
                key("tunnel", "\"vxlan\"|\"geneve\"|\"gtp\"|\"teredo\"", "What is inside is followed too."),
                key("fields", "offport.fields", "What the records tell."),
            ])
    }

    private var signatureGuide: Language.Guide {
        guide(
            .part, "\(text) { client = starts \"HELLO\", server = line \"OK\" }",
            "A signature over \(text.uppercased()): what each speaker says first. Several are alternatives.",
            keys: [
                key("client", "offport.Matcher", "What the client says first."),
                key("server", "offport.Matcher", "What the server says first."),
                key("either", "offport.Matcher", "One matcher for both, where the roles cannot be told."),
                key(
                    "alone", "string|string[]",
                    "\"client\", \"server\" or \"either\": that speaker is enough."),
                key("check", "fun(m: offport.Said): boolean?", "A function that has the last word."),
                key("fallback", "boolean", "It is asked only where nothing else decides."),
            ])
    }

    private func exampleGuide(_ summary: String) -> Language.Guide {
        guide(
            .part, "\(text) { client = \"...\", server = \"...\" }", summary,
            keys: [
                key("client", "string", "What the client says first; left out when it is not heard."),
                key("server", "string", "What the server says first; left out when it is not heard."),
                key("transport", "\"tcp\"|\"udp\"|\"sctp\"", "What carries it, where that matters."),
            ])
    }

    var policyGuide: Language.Guide {
        switch self {
        case .allow:
            guide(
                .policy, "allow \"ftp\" { on = \"419/tcp\", reason = \"...\", owner = \"...\" }",
                "A protocol is allowed away from home.", ["protocol": "string"],
                keys: [
                    key("on", "string|string[]", "A port, a range or a list; required."),
                    key("name", "string", "Shown wherever it decides."),
                    key("to", "string|string[]", "Networks of the servers."),
                    key("from", "string|string[]", "Networks of the clients."),
                    key("vlan", "integer|string|(integer|string)[]", "A VLAN, a range or a list."),
                    key("direction", "\"inbound\"|\"outbound\"|\"internal\"", "Needs a site."),
                    key("reason", "string", "Why."),
                    key("owner", "string", "Who answers for it."),
                    key("ticket", "string", "Where it was decided."),
                    key("expires", "string", "The last day on which it holds: \"2027-06-30\"."),
                ])
        case .forbid:
            guide(
                .policy, "forbid \"telnet\" { reason = \"cleartext logins\" }",
                "A protocol is reported wherever it runs.", ["protocol": "string"],
                keys: [
                    key("reason", "string", "Why."),
                    key(
                        "severity", "\"info\"|\"low\"|\"medium\"|\"high\"|\"critical\"",
                        "How grave; high if left out."),
                ])
        case .expected:
            guide(
                .policy, "expected \"http\" { \"80/tcp\", \"8000/tcp\" }",
                "The site's own idea of a protocol's ports.", ["protocol": "string"])
        case .servers:
            guide(
                .policy, "servers \"dhcp\" { \"10.0.0.2\", \"10.0.1.0/28\" }",
                "The site's own servers of a protocol: detections are told whether one is listed.",
                ["protocol": "string"])
        case .site:
            guide(
                .policy, "site { name = \"campus\", networks = { \"10.0.0.0/8\" } }",
                "The site's networks: they give every record a direction.",
                keys: [
                    key("name", "string", "What the site is called."),
                    key("networks", "string|string[]", "Its networks."),
                ])
        default:
            guide(
                .pack, "pack { name = \"acme/ics\", version = \"1.0.0\" }", "What a pack says of itself.",
                keys: [
                    key("name", "string", "The name; every plugin's name begins with it."),
                    key("version", "string", "The version."), key("title", "string", "The name for people."),
                    key("description", "string", "What is in it."), key("license", "string", "The licence."),
                    key("needs", "string", "What it needs: \"offport >= 1.0\"."),
                    key("depends", "table<string, string>", "Other packs, with the versions it accepts."),
                    key("authors", "string|string[]", "Who wrote it."),
                    key("homepage", "string", "Where it is found."),
                    key("reference", "string", "What it was written from."),
                    key("optional", "boolean", "It rests until a policy uses it."),
                ])
        }
    }
}
