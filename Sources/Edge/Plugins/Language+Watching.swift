/// Detections, and the words of policies for what is watched: who is told, what is new, which packs are used.
extension Word {
    var watchingGuide: Language.Guide {
        switch self {
        case .receiver: receiverGuide
        case .alert:
            guide(
                .policy, "alert { on = finding \"off-port\", to = \"soc\" }", "Who is told of what.",
                keys: [
                    key("on", "offport.Event", "What is alerted; required."),
                    key("to", "string|string[]", "The receivers; required."),
                    key("severity", "offport.Severity", "At least this."),
                    key("throttle", "table", "At most so many in a while: { 100, per = \"1m\" }."),
                ])
        case .baseline:
            guide(
                .policy, "baseline { learn = \"7d\", quiet = \"30d\" }",
                "What is new is told after a time of learning.",
                keys: [
                    key("learn", "string", "How long everything is normal: \"7d\"."),
                    key("quiet", "string", "How long a service may be silent: \"30d\"."),
                    key("freeze", "boolean", "What is new is told and not learnt."),
                ])
        case .keep:
            guide(
                .policy, "keep { sessions = \"90d\", size = \"20GB\" }",
                "How long the store keeps what; \"never\" ends nothing for its age.",
                keys: [
                    key("sessions", "string", "Older sessions become hourly counts."),
                    key("hours", "string", "Older hourly counts go."),
                    key("services", "string", "Services and client programs silent for longer go."),
                    key("findings", "string", "Closed findings that did not come again go."),
                    key("size", "string", "The most the store may take: the oldest sessions go first."),
                ])
        case .assets:
            guide(
                .policy, "assets \"ftp\" { where = function(s) return s.protocol == \"ftp\" end }",
                "A list of services that keeps itself up to date.", ["name?": "string"],
                keys: [
                    key("where", "fun(s: table): boolean?", "Which services belong to it; required."),
                    key("title", "string", "What it is for, for people."),
                ])
        case .detect: detectGuide
        case .count:
            guide(
                .part, "count { by = \"client\", atleast = 20, within = \"5m\" }",
                "A rate: so many within a while.",
                keys: [
                    key("by", "string", "The field that is counted by."),
                    key("atleast", "integer", "From this many on."),
                    key("within", "string", "Within this while: \"5m\"."),
                ])
        case .use:
            guide(
                .policy, "use \"offport/audit\"",
                "A pack that rests until it is named.", ["pack": "string"])
        default: eventGuide
        }
    }

    private var receiverGuide: Language.Guide {
        guide(
            .policy, "receiver \"soc\" { syslog = \"tls://siem.example.org\" }",
            "Somebody to tell, and how to reach them.", ["name": "string"],
            keys: [
                key("syslog", "string", "udp://, tcp:// or tls:// with a host and a port."),
                key("format", "\"rfc5424\"|\"cef\"|\"json\"", "What the message looks like."),
                key("facility", "string", "The facility of syslog; local4 if left out."),
                key("ca", "string", "A PEM file with the certificates to trust."),
                key("webhook", "string", "A URL that records are posted to."),
                key("secret_file", "string", "A file with the secret that requests are signed with."),
                key("command", "string[]", "A program that gets a record on its standard input."),
                key("timeout", "string", "How long the program may take: \"10s\"."),
                key("file", "string", "A file that records are written to."),
                key("rotate", "string", "The size at which a new file is begun: \"100MB\"."),
                key("keep", "integer", "How many old files are kept."),
            ])
    }

    private var detectGuide: Language.Guide {
        guide(
            .declaration,
            "detect \"old-banner\" { title = \"...\", severity = \"low\", on = service \"ftp\", "
                + "when = function(s) return s.version == \"1.0\" end, example { version = \"1.0\" } }",
            "Something to find in what was recognised.", ["name": "string"],
            keys: DetectionReader.keys.map { name in
                key(name, Self.detectTypes[name] ?? "string", Self.detectSummaries[name] ?? "")
            })
    }

    private static let detectTypes = [
        "requires": "string|string[]", "unless": "string|string[]", "on": "offport.Event",
        "when": "fun(s: offport.Record): boolean?", "severity": "offport.Severity",
    ]

    private static let detectSummaries = [
        "title": "What was found, for people; required.", "severity": "How grave it is.",
        "on": "What it looks at; required.", "when": "A function that has the last word.",
        "says": "The finding's title, with fields in braces: \"{host}:{port}\".",
        "requires": "Another detection that must have found the same subject.",
        "unless": "Another detection that must not have.", "reference": "Why it matters.",
        "category": "The group.",
    ]

    private var eventGuide: Language.Guide {
        guide(
            .event, "\(text) \"...\"",
            "Records of this kind; with a name, or a list of them, only those of that rule or protocol.",
            ["name?": "string"])
    }
}
