import Flows
import Inventory
import Matching
import Net
import Plugins
import Records

extension Explanation {
    /// The explanation for programs: one object, with every part of every matcher.
    var jsonLine: [UInt8] {
        var line = JSONLine()
        let flow = explained.flow
        line.begin("explanation")
        line.field("flow", flow: flow.number)
        line.field("transport", flow.key.transport.description)
        for (name, direction, bytes) in [
            ("client", flow.clientDirection, explained.client),
            ("server", 1 - flow.clientDirection, explained.server),
        ] {
            line.object(name) { line in
                line.field("ip", flow.key.sender(direction).address)
                line.field("port", flow.key.sender(direction).port)
                line.field("said", bytes.count)
                line.field("hex", hex: Array(bytes.prefix(64)))
            }
        }
        line.field("state", flow.state.rawValue)
        if let winner {
            line.field("protocol", winner.protocolName)
            line.field("signature", winner.signature)
            line.field("confidence", explained.recognition?.confidence.rawValue)
        } else {
            line.null("protocol")
        }
        if flow.isChild { line.field("parent", flow: flow.parent) }
        line.object("decided") { line in
            line.field("by", end.rawValue)
            line.field("start", flow.first)
            if end != .announced {
                line.field("time", flow.last)
                line.field("packets", explained.packets)
                line.field("looks", flow.looks)
            }
        }
        line.field("fields_failure", fieldFailure)
        if looksEncrypted { line.field("looks_encrypted", true) }
        line.list("won_over", victories) { line, victory in
            line.element { line in
                line.field("signature", victory.over.name)
                line.field("protocol", victory.over.protocolName)
                line.field("reason", victory.reason)
            }
        }
        line.list("candidates", trials) { line, trial in line.element { trial.write(to: &$0) } }
        line.field("others", others)
        line.end()
        return line.bytes
    }
}

extension Explanation.Trial {
    fileprivate func write(to line: inout JSONLine) {
        line.field("signature", name)
        line.field("protocol", protocolName)
        line.field("chosen", isWinner)
        line.field("holds", claim != nil)
        if isSwapped { line.field("swapped", true) }
        line.list("found_by", foundBy.map { "\($0)" })
        line.field("specificity", specificity)
        line.field(
            "rank",
            claim.map { rank in
                switch rank.rank {
                case .whole: "whole"
                case .serverAlone: "server-alone"
                case .unaskedServer: "unasked-server"
                }
            })
        for side in sides {
            line.object("\(side.speaker)") { line in
                line.field("heard", side.isHeard)
                side.examination.write(to: &line)
            }
        }
        if hasCheck {
            let answer: String =
                switch outcome {
                case .holds: "yes"
                case .refused(.broken): "failed"
                case .refused(.more): "more"
                case .refused: "no"
                case .missed, .unfinished, .oneSided: claim == nil ? "not-asked" : "yes"
                }
            line.field("check", answer)
            line.field("failure", failure)
        }
    }
}

extension Examination {
    fileprivate func write(to line: inout JSONLine) {
        switch subject {
        case .matcher(let matcher): line.field("matcher", matcher.pluginText)
        case .step(let step): line.field("step", step.pluginText)
        }
        let answer =
            switch fit {
            case .yes: "yes"
            case .no: outcome == .notReached ? "not-reached" : "no"
            case .more: "more"
            }
        line.field("fit", answer)
        outcome.write(to: &line)
        if !outcome.words.isEmpty, outcome != .notReached { line.field("words", outcome.words) }
        if !parts.isEmpty {
            line.list("parts", parts) { line, part in line.element { part.write(to: &$0) } }
        }
    }
}

extension Examination.Outcome {
    /// The bytes as numbers: `offset` and `length` of what fits, `offset`, `expected` and `found` of what does not.
    fileprivate func write(to line: inout JSONLine) {
        switch self {
        case .holds(let range):
            line.field("offset", range.lowerBound)
            line.field("length", range.count)
        case .differs(let at, let expected, let found):
            line.field("offset", at)
            line.field("expected", expected.pluginText)
            line.field("found", ByteClass(found).pluginText)
        case .ends(let at, let expected):
            line.field("offset", at)
            line.field("expected", expected?.pluginText)
        case .noLine(let lines, let at, let expected, let found):
            line.field("lines", lines)
            guard lines > 0 else { return }
            line.field("offset", at)
            line.field("expected", expected?.pluginText)
            line.field("found", found.map { ByteClass($0).pluginText })
        case .absent(let range), .gaveUp(let range):
            line.field("offset", range.lowerBound)
            line.field("searched", range.count)
        case .length(let found, let allowed):
            line.field("allowed", "\(allowed.lowerBound)-\(allowed.upperBound)")
            line.field("length", found)
        case .size(let at, let says, let found):
            line.field("offset", at)
            line.field("says", says)
            line.field("length", found)
        case .number(let at, let found, let allowed):
            line.field("offset", at)
            line.field("allowed", "\(allowed.lowerBound)-\(allowed.upperBound)")
            line.field("says", found)
        case .outside(let end, let limit):
            line.field("offset", end)
            line.field("limit", limit)
        case .unusableLength(let at), .nameTooLong(let at): line.field("offset", at)
        case .trailing(let at, let count):
            line.field("offset", at)
            line.field("length", count)
        case .parts, .notReached: break
        }
    }
}
