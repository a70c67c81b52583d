import Authoring
import Plugins
import Testing

/// A mistake put into a sound plugin: where it is, what is to be found, and the way out that is to be told.
struct Seed: Sendable, CustomTestStringConvertible {
    let name: String
    /// What is replaced by what in ``Seeds/sound``.
    let replacements: [(old: String, new: String)]
    /// A part of the line that the remark is to name.
    let line: String
    let rule: Remark.Rule
    let severity: PluginProblem.Severity
    /// What the remark must say, its advice included.
    let says: String

    var testDescription: String { name }

    init(
        _ name: String, _ replacements: (String, String)..., at line: String,
        _ rule: Remark.Rule = .declaration,
        _ severity: PluginProblem.Severity = .error, says: String
    ) {
        self.name = name
        self.replacements = replacements.map { (old: $0.0, new: $0.1) }
        self.line = line
        self.rule = rule
        self.severity = severity
        self.says = says
    }

    var text: String {
        replacements.reduce(Seeds.sound) { text, replacement in
            precondition(text.contains(replacement.old), "\(name): nothing to replace")
            return text.replacing(replacement.old, with: replacement.new)
        }
    }

    var lineNumber: Int {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return (lines.firstIndex { $0.contains(line) } ?? -1) + 1
    }
}

/// All mistakes that are tried.
enum Seeds {
    /// Nothing is to be said about it.
    static let sound = #"""
        protocol "x" {
          title = "X",
          reference = "none",
          category = "test",
          ports = { "7000/tcp" },
          tcp { client = starts "HELLO ", server = starts "WELCOME " },
          fields { server = [[^WELCOME (?<product>\w+)]] },
          example { client = "HELLO a\r\n", server = "WELCOME b\r\n" },
          counterexample { client = "GET / HTTP/1.1\r\n", server = "HTTP/1.1 200 OK\r\n" },
        }
        """#

    /// What else is loaded.
    static let neighbours = [
        #"""
        protocol "near" {
          title = "Near", ports = { "7001/tcp" },
          tcp { client = starts "NEAR ", server = starts "NEAR YES " },
          example { client = "NEAR a\r\n", server = "NEAR YES b\r\n" },
        }
        """#,
        #"""
        protocol "tls" {
          title = "TLS", tcp { client = bytes "16 03 0? ?? ?? 01 00", server = bytes "16 03 0? ?? ?? 02 00" },
          example { client = "\x16\3\1\1\0\1\0", server = "\x16\3\1\1\0\2\0" },
        }
        """#,
    ]

    static let all = mistakes + signatures + company

    /// What does not load.
    private static let mistakes = [
        Seed("a comma is missing", ("\"X\",", "\"X\""), at: "reference =", says: "cannot be read as Lua"),
        Seed("a key is misspelt", ("title =", "tilte ="), at: "tilte", says: "did you mean 'title'?"),
        Seed(
            "a signature's key is misspelt", ("{ client = starts", "{ clinet = starts"), at: "tcp {",
            says: "did you mean 'client'?"),
        Seed(
            "a word is misspelt", ("starts \"HELLO", "strats \"HELLO"), at: "strats",
            says: "did you mean 'starts'?"),
        Seed(
            "a port's transport is misspelt", ("7000/tcp", "7000/tpc"), at: "tpc",
            says: "write it like 22/tcp"),
        Seed("no title", ("  title = \"X\",\n", ""), at: "protocol", says: "title = \"Secure Shell\""),
        Seed(
            "the name has capitals", ("protocol \"x\"", "protocol \"X\""), at: "protocol",
            says: "write it 'x'"),
        Seed(
            "a pattern is broken", ("starts \"HELLO \"", "matches [[^(HELLO]]"), at: "tcp {",
            says: "no PCRE2 pattern"),
        Seed(
            "a field's pattern has no name", ("(?<product>\\w+)", "(\\w+)"), at: "fields",
            says: "a named group such as"),
        Seed(
            "a string is no matcher", ("client = starts \"HELLO \"", "client = \"HELLO \""), at: "tcp {",
            says: "write starts \"HELLO \""),
        Seed(
            "alone without a matcher", (", server = starts \"WELCOME \" }", ", alone = \"server\" }"),
            at: "tcp {", says: "nothing is asked of the server"),
        Seed(
            "bytes that are no digits", ("starts \"HELLO \"", "bytes \"48 4g\""), at: "tcp {",
            says: "pairs of hexadecimal digits"),
        Seed(
            "an example's transport",
            ("example { client = \"HELLO", "example { transport = \"tpc\", client = \"HELLO"), at: "tpc",
            says: "did you mean 'tcp'?"),
        Seed(
            "a global", ("protocol \"x\"", "count = 1\nprotocol \"x\""), at: "count = 1",
            says: "write local count"),
        Seed(
            "a word of Lua", ("protocol \"x\"", "setmetatable({}, {})\nprotocol \"x\""), at: "setmetatable",
            says: "is not part of this language"),
        Seed(
            "an endless loop", ("protocol \"x\"", "while true do end\nprotocol \"x\""), at: "while",
            says: "an endless loop?"),
        Seed(
            "fields with =", ("fields {", "fields = {"), ("tcp { client", "tcp = { client"), at: "tcp = {",
            says: "without ="),
        Seed(
            "a code of two digits", ("starts \"WELCOME \"", "reply { 22 }"), at: "tcp {",
            says: "each a number of three digits"),
        Seed(
            "an unknown protocol follows", ("  fields", "  upgrade \"tsl\" {},\n  fields"), at: "tsl",
            .declaration, .warning, says: "did you mean 'tls'?"),
        Seed(
            "an example does not hold", ("client = \"HELLO a", "client = \"HALLO a"), at: "  example",
            .example, says: "client said nothing that matches starts \"HELLO \""),
        Seed(
            "a counterexample holds",
            (
                "client = \"GET / HTTP/1.1\\r\\n\", server = \"HTTP/1.1 200 OK",
                "client = \"HELLO z\\r\\n\", server = \"WELCOME "
            ), at: "counterexample", .example, says: "it is recognised"),
        Seed(
            "a check calls what is not there",
            (
                "server = starts \"WELCOME \" }",
                "server = starts \"WELCOME \", check = function(m) return m.client:u9(0) == 1 end }"
            ), at: "  example", .example, says: "its check function failed"),
    ]

    /// Signatures and patterns that could be better.
    private static let signatures = [
        Seed(
            "one byte is enough", ("server = starts \"WELCOME \" }", "alone = \"client\" }"),
            ("starts \"HELLO \"", "starts \"H\""), at: "tcp {", .weakSignature, .warning,
            says: "about 3900 of a million random"),
        Seed(
            "one byte of each", ("starts \"HELLO \"", "starts \"H\""),
            ("starts \"WELCOME \"", "starts \"W\""), at: "tcp {", .weakSignature, .warning,
            says: "about 15 of a million random conversations"),
        Seed(
            "only a length",
            (
                "tcp { client = starts \"HELLO \", server = starts \"WELCOME \" }",
                "udp { either = length(9, 11) }"
            ), ("7000/tcp", "7000/udp"), at: "udp {", .weakSignature, .warning, says: "ask for more bytes"),
        Seed(
            "no literal start", ("starts \"HELLO \"", "matches [[HELLO ]]"),
            (", server = starts \"WELCOME \"", ""), at: "tcp {", .slowSignature, .warning,
            says: "[[HELLO ]] has no literal start"),
        Seed(
            "repetition in repetition", ("starts \"HELLO \"", "matches [[^HELLO (\\w+\\s?)*$]]"), at: "tcp {",
            .slowPattern, .warning, says: "gives up after its limit"),
        Seed(
            "repetition before a letter that must come",
            ("starts \"HELLO \"", "matches [[^HELLO (\\w+\\s?)*Q]]"),
            ("client = \"HELLO a", "client = \"HELLO aQ"), at: "tcp {", .slowPattern, .warning,
            says: "gives up after its limit"),
        Seed(
            "a field's slow pattern", ("(?<product>\\w+)]]", "(?<product>(\\w+\\s?)+)!]]"), at: "fields",
            .slowPattern, .warning, says: "repeat one class at a time"),
        Seed(
            "a signature without an example", ("  fields", "  udp { client = starts \"HOWDY \" },\n  fields"),
            at: "udp {", .untestedSignature, .warning, says: "no example needs udp #2"),
        Seed(
            "a signature behind a stronger one",
            ("  fields", "  tcp { client = starts \"HELLO\", server = starts \"WELC\" },\n  fields"),
            at: "starts \"WELC\"", .shadowedSignature, .warning,
            says: "no example needs tcp #2: #1 holds for its examples too"),
        Seed(
            "a field that no example has", ("(?<product>\\w+)]]", "(?<product>\\d+)]]"), at: "fields",
            .untestedPattern, .note, says: "no example gives a field"),
        Seed(
            "no reference", ("  reference = \"none\",\n", ""), at: "protocol", .noReference, .warning,
            says: "write reference ="),
        Seed(
            "no category", ("  category = \"test\",\n", ""), at: "protocol", .noCategory, .warning,
            says: "write category ="),
        Seed(
            "no counterexample",
            (
                "  counterexample { client = \"GET / HTTP/1.1\\r\\n\", server = \"HTTP/1.1 200 OK\\r\\n\" },\n",
                ""
            ), at: "protocol", .noCounterexample, .warning, says: "write counterexample {"),
    ]

    /// What others have to do with it.
    private static let company = [
        Seed(
            "another one's port", ("7000/tcp", "7001/tcp"), at: "ports =", .portClaimed, .warning,
            says: "write shares = { \"7001/tcp\" }"),
        Seed(
            "another one's name", ("protocol \"x\"", "protocol \"near\""), at: "protocol", .duplicate,
            says: "give this one another name"),
        Seed(
            "its example is taken", ("starts \"HELLO \"", "starts \"NEAR\""),
            ("client = \"HELLO a", "client = \"NEAR a"), ("starts \"WELCOME \"", "starts \"NEAR\""),
            ("server = \"WELCOME b", "server = \"NEAR YES b"), at: "  example", .takenExample, .warning,
            says: "recognised as 'near'"),
        Seed(
            "it takes an example",
            ("  fields", "  tcp { client = starts \"NEAR a\", server = starts \"NEAR YES b\" },\n  fields"),
            (
                "  counterexample",
                "  example { client = \"NEAR a\\r\", server = \"NEAR YES b\" },\n  counterexample"
            ), at: "starts \"NEAR a\"", .takesExample, .warning, says: "exclude it with none"),
        Seed(
            "another one fits too", ("starts \"HELLO \"", "starts \"NEAR a\""),
            ("client = \"HELLO a", "client = \"NEAR a"), ("starts \"WELCOME \"", "starts \"NEAR YES b\""),
            ("server = \"WELCOME b", "server = \"NEAR YES b"), at: "  example", .overlap, .note,
            says: "t/near#1 ('near') fits this example too"),
    ]
}
