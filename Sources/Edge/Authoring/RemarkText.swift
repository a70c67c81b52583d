internal import Net
internal import Plugins

/// Remarks for people and for programs.
public enum RemarkText {
    /// A remark, and below it what to do.
    public static func forPeople(_ remark: Remark, isColoured: Bool) -> String {
        func paint(_ text: String, _ code: String) -> String {
            isColoured ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
        }
        let colour =
            switch remark.severity {
            case .error: "1;31"
            case .warning: "33"
            case .note: "36"
            }
        let place = remark.location.map { paint("\($0):", "1") + " " } ?? ""
        var text =
            "\(place)\(paint(remark.severity.name, colour)): \(remark.message) [\(remark.rule.rawValue)]"
        if !remark.advice.isEmpty { text += "\n    " + remark.advice }
        return text
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
        return counts.isEmpty ? "nothing to remark" : counts.joined(separator: ", ")
    }
}

/// Remarks in the Static Analysis Results Interchange Format, which code hosts and editors show beside the lines.
///
/// OASIS Standard SARIF 2.1.0, sections 3.13 (sarifLog), 3.14 (run), 3.27 (result).
public enum SARIF {
    /// A log of one run.
    public static func log(_ remarks: [Remark], version: String) -> JSON {
        let rules = Remark.Rule.allCases
        let driver = JSON.object([
            "name": .string("offport plugin check"), "version": .string(version),
            "rules": .array(
                rules.map { rule in
                    .object([
                        "id": .string(rule.rawValue),
                        "shortDescription": .object(["text": .string(rule.summary)]),
                    ])
                }),
        ])
        let run = JSON.object([
            "tool": .object(["driver": driver]), "columnKind": .string("utf16CodeUnits"),
            "results": .array(remarks.map { result($0, rules) }),
        ])
        return .object([
            "$schema": .string("https://json.schemastore.org/sarif-2.1.0.json"),
            "version": .string("2.1.0"), "runs": .array([run]),
        ])
    }

    private static func result(_ remark: Remark, _ rules: [Remark.Rule]) -> JSON {
        let text = remark.advice.isEmpty ? remark.message : "\(remark.message). \(remark.advice)"
        let location = remark.location.map { place in
            JSON.array([
                .object([
                    "physicalLocation": .object([
                        "artifactLocation": .object(["uri": .string(uri(place.file))]),
                        "region": .object(["startLine": .number(max(place.line, 1))]),
                    ])
                ])
            ])
        }
        return .object([
            "ruleId": .string(remark.rule.rawValue),
            "ruleIndex": .number(rules.firstIndex(of: remark.rule) ?? -1),
            "level": .string(remark.severity.name), "message": .object(["text": .string(text)]),
            "locations": location ?? .array([]),
        ])
    }

    /// A path as a reference (RFC 3986 section 4.2): what is not allowed there in percent signs.
    private static func uri(_ path: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/".utf8)
        var text = path.hasPrefix("/") ? "file://" : ""
        for byte in path.utf8 {
            if plain.contains(byte) {
                text.unicodeScalars.append(UnicodeScalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                text += "%" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return text
    }
}
