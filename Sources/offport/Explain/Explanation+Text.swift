import Flows
import Inventory
import Matching
import Net
import Records

extension Explanation {
    /// The explanation for people, for a width of 60 columns or more.
    func text(width: Int, paint: Paint) -> String {
        var page = Page(width: width, paint: paint)
        let flow = explained.flow
        let (client, server) = (
            flow.key.sender(flow.clientDirection), flow.key.sender(1 - flow.clientDirection)
        )
        let (ends, state) = (
            "\(flow.key.transport) \(client) > \(server)",
            "\(flow.state.rawValue)   flow \(flowName(flow.number))"
        )
        if ends.count + 3 + state.count <= width {
            page.line("\(paint(ends, .bold))   \(state)")
        } else {
            page.line(paint(ends, .bold))
            page.line("  \(state)")
        }
        if end == .announced {
            let words = "\(winner?.protocolName ?? ""), announced by flow \(flowName(flow.parent))"
            page.paragraph(words, after: "  verdict      ", colour: .green)
            return page.text
        }
        Self.write(explained.client, of: "client", to: &page)
        Self.write(explained.server, of: "server", to: &page)
        page.paragraph(verdictWords, after: "  verdict      ", colour: winner == nil ? .yellow : .green)
        page.paragraph(endWords, after: "  \(winner == nil ? "given up" : "decided ")     ")
        if let fieldFailure {
            page.paragraph("a function failed: \(fieldFailure)", after: "  fields       ", colour: .yellow)
        }
        if winner == nil, looksEncrypted {
            page.paragraph("likely: the bytes are as good as random", after: "  encrypted    ")
        }
        for victory in victories {
            page.paragraph("\(victory.over.label): \(victory.reason)", after: "  won over     ")
        }
        for trial in trials {
            page.line("")
            trial.write(to: &page)
        }
        page.line("")
        page.paragraph(
            "\(others) other \(flow.key.transport) signatures: the index finds none of them, and neither speaker's first bytes fit.",
            after: "  ")
        return page.text
    }

    private var verdictWords: String {
        if let winner, let recognition = explained.recognition {
            let roles = explained.isSwapped ? ", with the speakers exchanged" : ""
            let sure =
                recognition.confidence == .certain
                ? "certain"
                : portsDecide ? "likely: the ports tell who is the server" : "likely: one speaker decides"
            let signature = winner.signature.map { ", by \($0)" } ?? ""
            return "\(winner.protocolName)\(signature)\(roles); \(sure)"
        }
        return trials.isEmpty
            ? "none: no signature fits either speaker" : "none: no signature fits as a whole"
    }

    /// Whether the winner holds both ways round: who was heard first would be the client, did the ports not say otherwise.
    private var portsDecide: Bool {
        explained.isSwapped
            && victories.contains {
                $0.over.name == winner?.signature && $0.over.protocolName == winner?.protocolName
            }
    }

    /// With which packet, and why no later.
    private var endWords: String {
        let flow = explained.flow
        let micros = max(0, flow.last.nanoseconds - flow.first.nanoseconds) / 1000
        let time =
            micros < 1000
            ? "\(micros) µs"
            : micros < 100_000 ? "\(micros / 1000).\(micros / 100 % 10) ms" : "\(micros / 1000) ms"
        let looks = "\(flow.looks) \(flow.looks == 1 ? "look" : "looks")"
        let place = "with packet \(explained.packets), \(time) after the first, after \(looks)"
        return switch end {
        case .recognised, .announced: place
        case .hopeless: "\(place): no signature could hold any more, whatever came"
        case .looks: "\(place): as often as a flow is looked at"
        case .over: "\(place): nothing more was said, or its buffers were needed for others"
        }
    }

    /// The first 64 bytes as hexadecimal digits and as text, 16 a line where there is room.
    private static func write(_ bytes: [UInt8], of speaker: String, to page: inout Page) {
        guard !bytes.isEmpty else {
            page.line("  \(speaker) said  nothing")
            return
        }
        let noun = bytes.count == 1 ? "byte" : "bytes"
        let first = String(decoding: bytes.prefix(32).map(printable), as: UTF8.self)
        page.line("  \(speaker) said  \(grouped(bytes.count)) \(noun)  \"\(first)\"")
        let perLine = page.width >= 76 ? 16 : 8
        for start in stride(from: 0, to: min(bytes.count, 64), by: perLine) {
            let row = bytes[start..<min(start + perLine, bytes.count)]
            let hex = row.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
            let text = String(decoding: row.map(printable), as: UTF8.self)
            let offset = padded("\(start)", to: 3, atRight: true)
            page.line("    \(offset)  \(padded(hex, to: 3 * perLine - 1))  \(text)")
        }
    }

    private static func printable(_ byte: UInt8) -> UInt8 {
        (0x20...0x7e).contains(byte) ? byte : UInt8(ascii: ".")
    }
}

extension Explanation.Trial {
    fileprivate func write(to page: inout Page) {
        let mark = isWinner ? page.paint(">", .green) : " "
        let found =
            foundBy.isEmpty
            ? "fits in part"
            : "found by what the \(foundBy.map { "\($0)" }.joined(separator: " and the ")) said"
        page.line("  \(mark) " + page.paint(label, .bold) + (isSwapped ? " (speakers swapped)" : ""))
        page.paragraph("\(found); \(standing)", after: "      ", colour: claim == nil ? nil : .green)
        for side in sides {
            if side.isHeard {
                side.examination.write(to: &page, after: "      \(side.speaker)  ")
            } else {
                page.paragraph(
                    "was not heard; asked for " + side.examination.head, after: "      \(side.speaker)  ",
                    colour: .yellow)
            }
        }
        if let words = checkWords { page.paragraph(words, after: "      check   ") }
    }

    /// Whether it holds, and what that is worth.
    private var standing: String {
        if let claim {
            let rank =
                switch claim.rank {
                case .whole: "fits all that was heard"
                case .serverAlone: "fits the server, whose words are enough"
                case .unaskedServer: "fits the client, and asks nothing of the server that was heard"
                }
            return "holds: \(rank), asks for \(claim.specificity) bits"
        }
        switch outcome {
        case .missed(let speaker, _), .unfinished(let speaker, _):
            return "does not hold: the \(speaker) does not fit"
        case .refused(.broken): return "does not hold: its check function failed"
        case .refused: return "does not hold: its check function says no"
        case .oneSided(let heard):
            return "does not hold: only the \(heard) was heard, and it does not say that this is enough"
        case .holds: return "holds"
        }
    }

    /// What Lua said; nil when there is nothing to ask it, or it was not asked.
    private var checkWords: String? {
        guard hasCheck else { return nil }
        switch outcome {
        case .holds: return "yes"
        case .refused(.broken): return failure.map { "failed: \($0)" } ?? "failed"
        case .refused(.more): return "asks for more bytes than were said"
        case .refused: return "no"
        case .missed, .unfinished, .oneSided:
            return claim == nil ? "not asked: the declared bytes come first" : "yes"
        }
    }
}

extension Examination {
    /// A line for the matcher, then its parts below it.
    fileprivate func write(to page: inout Page, after start: String) {
        let mark =
            switch fit {
            case .yes: page.paint("yes ", .green)
            case .no: page.paint("no  ", .red)
            case .more: page.paint("more", .yellow)
            }
        let words = outcome.words
        let indent = columns(start) + 6
        let space = max(page.width - indent, 20)
        let name = truncated(Records.printable(head), to: space)
        let fitsInLine = columns(name) + 3 + columns(words) <= space
        page.line(start + mark + "  " + name + (fitsInLine && !words.isEmpty ? "   " + words : ""))
        if !fitsInLine { page.paragraph(words, after: String(repeating: " ", count: indent + 2)) }
        let (shown, left) = tellingParts
        // Very deep matchers stay readable.
        let deeper = String(repeating: " ", count: min(columns(start) + 2, page.width / 2))
        for part in shown { part.write(to: &page, after: deeper) }
        if !left.isEmpty { page.line(deeper + page.paint(left, .dim)) }
    }
}
