internal import Net
internal import Plugins
internal import Records

/// Remarks for people and for programs.
public enum RemarkText {
    /// Each with its place and what to do, then what was looked through and how much there is to remark.
    public static func forPeople(_ remarks: [Remark], scope: String, width: Int, isColoured: Bool) -> String {
        CheckRemark.text(
            remarks.map(CheckRemark.init), summary: "\(scope): \(count(remarks))", width: width,
            isColoured: isColoured)
    }

    /// For tools that show results beside the source.
    public static func sarif(_ remarks: [Remark], version: String) -> [UInt8] {
        CheckRemark.sarif(
            remarks.map(CheckRemark.init), tool: "offport plugin check", version: version,
            rules: Remark.Rule.allCases.map { SARIF.Rule($0.rawValue, $0.summary) })
    }

    /// A JSON object in a line.
    public static func json(_ remark: Remark) -> String {
        JSON.object([
            "kind": .string("remark"), "rule": .string(remark.rule.rawValue),
            "severity": .string(remark.severity.name),
            "file": remark.location.map { .string($0.file) },
            "line": remark.location.map { .number($0.line) },
            "message": .string(remark.message),
            "advice": remark.advice.isEmpty ? nil : .string(remark.advice),
        ]).text + "\n"
    }

    /// `2 errors, 1 warning, 3 notes`.
    public static func count(_ remarks: [Remark]) -> String {
        let counts = [PluginProblem.Severity.error, .warning, .note].compactMap { severity -> String? in
            let count = remarks.count { $0.severity == severity }
            return count == 0 ? nil : "\(count) \(severity.name)\(count == 1 ? "" : "s")"
        }
        return counts.isEmpty ? "nothing to object to" : counts.joined(separator: ", ")
    }
}

extension CheckRemark {
    fileprivate init(_ remark: Remark) {
        let level: SARIF.Level =
            switch remark.severity {
            case .error: .error
            case .warning: .warning
            case .note: .note
            }
        self.init(
            level, remark.rule.rawValue, at: remark.location.map { ($0.file, $0.line) }, remark.message,
            advice: remark.advice)
    }
}
