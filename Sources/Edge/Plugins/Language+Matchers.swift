/// What bytes must look like.
extension Word {
    var matcherGuide: Language.Guide {
        switch self {
        case .starts: text("starts \"SSH-\"", "The bytes begin so.")
        case .startsNocase: text("starts_nocase \"hello\"", "The bytes begin so, in any case.")
        case .line: text("line \"SSH-\"", "One of the first lines begins so.")
        case .lineNocase: text("line_nocase \"host:\"", "One of the first lines begins so, in any case.")
        case .header:
            text("header \"Server: x\"", "A line before the first empty one begins so, in any case.")
        case .contains: text("contains \"x\"", "It stands somewhere in the first 1 KB.")
        case .bytes:
            text(
                "bytes \"16 03 0? ?? [01-10,20]\"",
                "These bytes in hexadecimal; ? is any digit, [41-5a,5f] a list.")
        case .matches: text("matches [[^HELLO \\d+]]", "The PCRE2 pattern matches; anchor it with ^.")
        case .command:
            guide(
                .matcher, "command { \"USER\", \"AUTH\" }",
                "The first word of a line is one of these, in any case.",
                ["words": "string|string[]"])
        case .reply:
            guide(
                .matcher, "reply { 220, 120 }", "A line begins with one of these codes of three digits.",
                ["codes": "integer|integer[]"])
        case .at:
            guide(
                .matcher, "at(4, starts \"x\")", "The matcher holds as though the bytes began at the offset.",
                ["offset": "integer", "matcher": "offport.Matcher"])
        case .length:
            guide(
                .matcher, "length(8, 64)",
                "The datagram has that many bytes; for TCP, the bytes seen so far.",
                ["least": "integer", "most?": "integer"])
        case .sized, .sizedLE:
            guide(
                .matcher, "\(text)(2, 2, 20)",
                "The number of some bytes at an offset, plus what it does not count, is the length"
                    + (self == .sizedLE ? "; little-endian." : "."),
                ["offset": "integer", "width": "integer", "plus?": "integer"])
        case .seq:
            guide(
                .matcher, "seq { bytes \"30\", counted(2), ends() }", "The steps hold one after the other.",
                ["steps": "(offport.Step|offport.Matcher)[]"])
        case .any: parts("One of them holds.")
        case .all: parts("All of them hold.")
        default: parts("None of them holds.")
        }
    }

    private func text(_ usage: String, _ summary: String) -> Language.Guide {
        guide(.matcher, usage, summary, ["text": "string"])
    }

    private func parts(_ summary: String) -> Language.Guide {
        guide(
            .matcher, "\(text) { starts \"x\", starts \"y\" }", summary, ["matchers": "offport.Matcher[]"])
    }

    var stepGuide: Language.Guide {
        switch self {
        case .labels: guide(.step, "labels()", "Passes over a domain name.")
        case .ends: guide(.step, "ends()", "Nothing may follow.")
        case .enter:
            guide(
                .step, "enter \"30\"", "The header of a BER element; what follows lies within it.",
                ["tag": "string"])
        case .skip: guide(.step, "skip \"[02,04]\"", "Passes over a whole BER element.", ["tag": "string"])
        default:
            guide(
                .step, "\(text)(2, 4, 512, 4)",
                "A number and as many bytes as it says; optionally its bounds, and what it counts of itself"
                    + (self == .countedLE ? "; little-endian." : "."),
                ["width": "integer", "least?": "integer", "most?": "integer", "less?": "integer"])
        }
    }
}
