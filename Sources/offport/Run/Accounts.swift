import Engine
import Flows
import Inventory
import Matching
import Net
import Pipeline
import Plugins
import Reassembly
import Records
import Wire

/// What was read, counted, lost and switched off: for the report, the summary record, and a running sensor's state.
struct Accounts {
    let engine: PacketEngine
    let library: PluginLibrary
    let hosts: ScriptHosts
    let inventory: Inventory
    /// Captures or interfaces, as named by the user.
    var sources: [String] = []
    /// What could not be read.
    var problems: [String] = []
    /// Frames read, those that the filter left out included.
    var frames = 0
    /// Of these, frames that did not match the filter, and those whose link type it cannot be asked of.
    var framesLeftOut = (filtered: 0, unfilterable: 0)
    /// Frames that the engine got.
    var packets: Int { frames - framesLeftOut.filtered - framesLeftOut.unfilterable }
    /// What was lost before the engine saw it.
    var losses: [Loss] = []
    /// What detections have to say of themselves.
    var detections: Detections?
    /// Asset lists that stand still since their conditions failed, with the reason.
    var listsSwitchedOff: [String] = []

    /// What rests now, with the reason; loading anew ends it.
    var disabledNow: [String] {
        hosts.disabled + (detections?.switchedOffNow ?? []) + listsSwitchedOff
    }

    /// The plugins that failed and are asked on, with how often and how.
    private var failing: [String] {
        (hosts.failing + (detections?.failing ?? [])).map { "\($0.id): \($0.words)" }
    }

    /// All that failed, those that are asked no more too.
    private var failed: [String] {
        (hosts.failed + (detections?.failing ?? [])).map { "\($0.id): \($0.words)" }
            + (detections?.switchedOff ?? [])
    }

    private var disabled: [String] { hosts.disabled + (detections?.switchedOff ?? []) }

    /// The patterns that reached their limit on traffic, with their plugins.
    ///
    /// Not how often: the same words are looked at once, or again when other words were heard between them.
    private var givenUp: [String] {
        engine.patternsGivenUp.sorted().map { pattern in
            let plugins = library.library.plugins(withPattern: pattern).joined(separator: " or ")
            return "\(plugins): [[\(pattern)]]"
        }
    }

    /// What could not be read or was switched off, for people.
    var notes: [Report.Note] {
        var notes: [Report.Note] = problems.map { Report.Note($0) }
        let decode = engine.decodeCounters
        for reason in Malformed.allCases where decode[reason] > 0 {
            notes.append(Report.Note("malformed: \(reason.name)", count: Int(decode[reason])))
        }
        for reason in Undecoded.allCases where decode[reason] > 0 && reason != .arp {
            notes.append(Report.Note("not followed: \(reason.name)", count: Int(decode[reason])))
        }
        for loss in FragmentLoss.allCases where engine.fragmentCounters[loss] > 0 {
            notes.append(Report.Note("fragments: \(loss.name)", count: Int(engine.fragmentCounters[loss])))
        }
        for loss in allLosses where loss.count > 0 {
            notes.append(Report.Note(loss.words, count: loss.count))
        }
        for problem in library.library.problems where problem.severity == .error {
            notes.append(Report.Note("left out", detail: problem.description))
        }
        for problem in failing { notes.append(Report.Note("plugin failed", detail: problem)) }
        for words in givenUp {
            let detail = "\(words) reached its limit of steps, which counts as not found"
            notes.append(Report.Note("pattern gave up", detail: detail))
        }
        // What the plugin declares without them goes on.
        for problem in hosts.disabled {
            notes.append(Report.Note("plugin's functions switched off", detail: problem))
        }
        for problem in detections?.switchedOff ?? [] {
            notes.append(Report.Note("switched off", detail: problem))
        }
        for problem in listsSwitchedOff {
            notes.append(Report.Note("asset list switched off", detail: problem))
        }
        return notes
    }

    /// A counter's words as a key: `ipv4 header cut off` is `ipv4_header_cut_off`.
    private static func key(_ words: String) -> String {
        String(words.map { $0.isLetter || $0.isNumber ? $0 : "_" }).split(separator: "_").joined(
            separator: "_")
    }

    /// Something that was left out or given up.
    struct Loss {
        var key: String
        var words: String
        var count: Int
    }

    /// Bounded tables that were full, and frames left out.
    private var allLosses: [Loss] {
        let lane = engine.counters
        return [
            Loss(
                key: "flows_evicted", words: "flows ended early, the flow table was full (--max-flows)",
                count: lane.evicted),
            Loss(
                key: "first_bytes_evicted", words: "flows given up, the buffers for first bytes were full",
                count: lane.headsEvicted),
            Loss(
                key: "broken_streams", words: "segments left out, their stream had too many gaps",
                count: lane.brokenStreams),
            Loss(
                key: "tunnels_too_deep", words: "packets in more tunnels than are followed",
                count: lane.tunnelsTooDeep),
            Loss(
                key: "frames_filtered", words: "frames left out by the filter", count: framesLeftOut.filtered),
            Loss(
                key: "frames_unfilterable", words: "frames of a link type that the filter does not suit",
                count: framesLeftOut.unfilterable),
        ] + losses + (detections?.losses ?? [])
    }

    /// The report's head and notes.
    var report: Report {
        var report = Report()
        report.captures = sources
        report.first = engine.span?.first
        report.last = engine.span?.last
        report.packets = packets
        report.packetsLeftOut = framesLeftOut
        report.bytes = engine.wireBytes
        report.flows = engine.counters.flows
        report.recognised = engine.counters.recognised
        report.silent = engine.counters.silent
        report.notes = notes
        report.width = Console.width
        report.isColoured = Console.isColoured
        return report
    }

    /// The counters of the run, as the summary record has them.
    var summary: [(String, SummaryValue)] {
        let (lane, decode, inventory) = (engine.counters, engine.decodeCounters, inventory)
        func counts<Reason>(_ reasons: [Reason], _ name: (Reason) -> String, _ count: (Reason) -> UInt64)
            -> SummaryValue
        {
            .object(reasons.filter { count($0) > 0 }.map { (Self.key(name($0)), .count(Int(count($0)))) })
        }
        var values: [(String, SummaryValue)] = [
            ("version", .text(Offport.version)),
            ("captures", .list(sources)),
            ("packets", .count(packets)),
            ("bytes", .count(engine.wireBytes)),
            ("flows", .count(lane.flows)),
            ("recognised", .count(lane.recognised)),
            ("unrecognised", .count(lane.unrecognised)),
            ("silent", .count(lane.silent)),
            ("services", .count(inventory.serviceCount)),
            ("clients", .count(inventory.clientCount)),
            ("findings", .count(inventory.findingCount)),
            (
                "lost",
                .object(
                    allLosses.filter { $0.count > 0 }.map { ($0.key, .count($0.count)) }
                        + inventory.counters.forgotten.filter { $0.count > 0 }.map {
                            ($0.key, .count($0.count))
                        })
            ),
            ("malformed", counts(Malformed.allCases, \.name) { decode[$0] }),
            ("not_followed", counts(Undecoded.allCases, \.name) { decode[$0] }),
            ("fragments", counts(FragmentLoss.allCases, \.name) { engine.fragmentCounters[$0] }),
            ("plugins", .count(library.index.protocols.count)),
            (
                "plugins_left_out",
                .list(library.library.problems.filter { $0.severity == .error }.map(\.description))
            ),
            ("plugins_disabled", .list(disabled + listsSwitchedOff)),
            (
                "problems",
                .list(
                    problems + failed + givenUp.map { "\($0) gave up at its limit of steps" })
            ),
        ]
        if let span = engine.span { values += [("first", .time(span.first)), ("last", .time(span.last))] }
        return values
    }
}
