public import Inventory
import Net

/// What a review of policies found, for people, documents, tools and programs.
public struct PolicyRemarks: Sendable {
    /// The remarks, in order.
    public let remarks: [PolicyRemark]
    /// What was looked through: `2 files, 12 allowances`.
    public let scope: String

    /// Remarks with words for what was looked through.
    public init(_ remarks: [PolicyRemark], scope: String) {
        self.remarks = remarks
        self.scope = scope
    }

    private func count(errors: Bool) -> Int { remarks.count { $0.rule.isError == errors } }

    /// `2 errors, 1 warning`.
    public var summary: String {
        let parts = [(count(errors: true), "error"), (count(errors: false), "warning")].filter { $0.0 > 0 }
        return parts.isEmpty
            ? "nothing to object to" : parts.map { counted($0.0, $0.1) }.joined(separator: ", ")
    }

    /// Each with its place, what is the case and what to do.
    public func text(width: Int, isColoured: Bool) -> String {
        CheckRemark.text(
            remarks.map(CheckRemark.init), summary: "\(scope): \(summary)", width: width,
            isColoured: isColoured)
    }

    /// As a table of Markdown.
    public func markdown() -> String {
        var text = "\(scope): \(summary).\n"
        guard !remarks.isEmpty else { return text }
        text += "\n| | Where | What | What to do |\n|---|---|---|---|\n"
        for remark in remarks {
            let cells = [
                "\(remark.level): \(remark.rule.rawValue)",
                remark.location.map { "`\($0)`" } ?? "", remark.message, remark.advice,
            ]
            text +=
                "| " + cells.map { printable($0).replacing("|", with: "\\|") }.joined(separator: " | ")
                + " |\n"
        }
        return text
    }

    /// A line for each remark.
    public func jsonLines() -> [UInt8] {
        var line = JSONLine()
        for remark in remarks {
            line.begin("policy-remark")
            line.field("level", remark.level)
            line.field("rule", remark.rule.rawValue)
            line.field("file", remark.location?.file)
            line.field("line", remark.location?.line)
            line.field("message", remark.message)
            line.field("advice", remark.advice)
            if let related = remark.related {
                line.object("related") { line in
                    line.field("file", related.file)
                    line.field("line", related.line)
                }
            }
            line.end()
        }
        return line.bytes
    }

    /// For tools that show results beside the source.
    public func sarif(version: String) -> [UInt8] {
        CheckRemark.sarif(
            remarks.map(CheckRemark.init), tool: "offport policy check", version: version,
            rules: PolicyRemark.Rule.allCases.map { SARIF.Rule($0.rawValue, $0.summary) })
    }
}

extension PolicyRemark {
    fileprivate var level: String { rule.isError ? "error" : "warning" }
}

extension CheckRemark {
    fileprivate init(_ remark: PolicyRemark) {
        self.init(
            remark.rule.isError ? .error : .warning, remark.rule.rawValue,
            at: remark.location.map { ($0.file, $0.line) }, remark.message, advice: remark.advice,
            related: remark.related.map { ($0.file, $0.line) })
    }
}
