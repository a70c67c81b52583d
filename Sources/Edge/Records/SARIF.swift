/// Results of a check of files, as tools that show them beside the source read them (SARIF 2.1.0, OASIS).
public struct SARIF: Sendable {
    /// How much a result matters.
    public enum Level: String, Sendable {
        /// It must be dealt with.
        case error
        /// It should be dealt with.
        case warning
        /// It may be dealt with.
        case note
    }

    /// A kind of result.
    public struct Rule: Sendable {
        let id: String
        let summary: String

        /// A rule by its name, and what it is about in one line.
        public init(_ id: String, _ summary: String) {
            self.id = id
            self.summary = summary
        }
    }

    /// One result.
    public struct Result: Sendable {
        let rule: String
        let level: Level
        let message: String
        let place: (file: String, line: Int)?
        let related: (file: String, line: Int)?

        /// A result at a line of a file, and the other place that it is about.
        public init(
            rule: String, level: Level, message: String, at place: (file: String, line: Int)?,
            related: (file: String, line: Int)? = nil
        ) {
            self.rule = rule
            self.level = level
            self.message = message
            self.place = place
            self.related = related
        }
    }

    private let tool: String
    private let version: String
    private let rules: [Rule]
    /// What was found, in order.
    public var results: [Result] = []

    /// A run of a tool without results.
    ///
    /// - Parameter rules: the rules that results may name.
    public init(tool: String, version: String, rules: [Rule]) {
        self.tool = tool
        self.version = version
        self.rules = rules
    }

    /// The log as one line of JSON.
    public var bytes: [UInt8] {
        var line = JSONLine()
        line.begin()
        line.field("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
        line.field("version", "2.1.0")
        line.list("runs", [self]) { line, run in line.element { run.write(&$0) } }
        line.end()
        return line.bytes
    }

    private func write(_ line: inout JSONLine) {
        line.object("tool") { line in
            line.object("driver") { line in
                line.field("name", tool)
                line.field("version", version)
                line.list("rules", rules) { line, rule in
                    line.element { line in
                        line.field("id", rule.id)
                        line.object("shortDescription") { $0.field("text", rule.summary) }
                    }
                }
            }
        }
        line.list("results", results) { line, result in
            line.element { line in
                line.field("ruleId", result.rule)
                if let index = rules.firstIndex(where: { $0.id == result.rule }) {
                    line.field("ruleIndex", index)
                }
                line.field("level", result.level.rawValue)
                line.object("message") { $0.field("text", result.message) }
                Self.write(&line, "locations", result.place)
                Self.write(&line, "relatedLocations", result.related)
            }
        }
    }

    private static func write(
        _ line: inout JSONLine, _ name: String, _ place: (file: String, line: Int)?
    ) {
        guard let place else { return }
        line.list(name, [place]) { line, place in
            line.element { line in
                line.object("physicalLocation") { line in
                    line.object("artifactLocation") { $0.field("uri", reference(place.file)) }
                    line.object("region") { $0.field("startLine", max(place.line, 1)) }
                }
            }
        }
    }

    /// A path as a URI reference (RFC 3986): what has a meaning there, or is no ASCII, is escaped.
    private static func reference(_ path: String) -> String {
        var text = path.hasPrefix("/") ? "file://" : ""
        for byte in path.utf8 {
            switch UnicodeScalar(byte) {
            case "a"..."z", "A"..."Z", "0"..."9", "/", ".", "-", "_", "~":
                text.unicodeScalars.append(UnicodeScalar(byte))
            default: text += "%" + String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
            }
        }
        return text
    }
}
