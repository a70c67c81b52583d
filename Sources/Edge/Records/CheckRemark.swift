/// Something that a check of plugins or policies found, ready to be written in one of several ways.
public struct CheckRemark: Sendable {
    /// How much it matters.
    public var level: SARIF.Level
    /// The name of what kind it is.
    public var rule: String
    /// Where it stands; nil when the message names its places itself.
    public var place: (file: String, line: Int)?
    /// What is the case.
    public var message: String
    /// What to do; empty where the message says it.
    public var advice: String
    /// The other place that it is about.
    public var related: (file: String, line: Int)?

    /// A remark.
    public init(
        _ level: SARIF.Level, _ rule: String, at place: (file: String, line: Int)?, _ message: String,
        advice: String, related: (file: String, line: Int)? = nil
    ) {
        self.level = level
        self.rule = rule
        self.place = place
        self.message = message
        self.advice = advice
        self.related = related
    }

    /// Each with its place, what is the case and what to do; then what was looked through and what came of it.
    public static func text(
        _ remarks: [CheckRemark], summary: String, width: Int, isColoured: Bool
    ) -> String {
        let paint = Paint(isOn: isColoured)
        var page = Page(width: width, paint: paint)
        for remark in remarks {
            let place = remark.place.map { "\($0.file):\($0.line): " } ?? ""
            page.line(
                paint(printable(place), .bold) + paint(remark.level.rawValue, remark.level.colour) + ": "
                    + remark.rule)
            page.paragraph(printable(remark.message), after: "    ")
            if !remark.advice.isEmpty { page.paragraph(printable(remark.advice), after: "    -> ") }
        }
        if !remarks.isEmpty { page.line("") }
        page.line(summary)
        return page.text
    }

    /// For tools that show results beside the source.
    public static func sarif(
        _ remarks: [CheckRemark], tool: String, version: String, rules: [SARIF.Rule]
    ) -> [UInt8] {
        var log = SARIF(tool: tool, version: version, rules: rules)
        log.results = remarks.map { remark in
            SARIF.Result(
                rule: remark.rule, level: remark.level,
                message: remark.advice.isEmpty ? remark.message : "\(remark.message): \(remark.advice)",
                at: remark.place, related: remark.related)
        }
        return log.bytes
    }
}

extension SARIF.Level {
    fileprivate var colour: Paint.Colour {
        switch self {
        case .error: .red
        case .warning: .yellow
        case .note: .cyan
        }
    }
}
