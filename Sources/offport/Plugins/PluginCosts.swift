import Matching
import Plugins
import Records

/// What each plugin costs for the flows of captures, measured: the captures are read without a meter, with one, and once
/// more without.
struct PluginCosts {
    /// One protocol's share.
    struct Share {
        var definition: ProtocolDefinition
        var cost: CostMeter.Cost
    }

    private(set) var shares: [Share]
    /// Finding candidates, which all plugins share, in nanoseconds.
    let search: Int64
    /// What is left: reading, decoding, flows, inventory.
    let rest: Int64
    /// All of it as the meter has it.
    let sum: Int64
    /// All of it without a meter; the better of two readings.
    let unmetered: Int64
    let flows: Int
    let frames: Int

    init(_ library: PluginLibrary, _ reading: ReadingOptions) throws {
        func read(_ meter: CostMeter?) throws -> (time: Int64, session: Session) {
            var single = reading
            single.workers = 1
            let session = try Session(single, library: library, meter: meter)
            let start = Self.now()
            session.readAll(showsProgress: true)
            let time = Self.now() - start
            try session.throwProblems()
            return (time, session)
        }
        let meter = CostMeter(protocols: library.definitions.count, clock: Self.now)
        let first = try read(nil).time
        let (metered, session) = try read(meter)
        unmetered = min(first, try read(nil).time)
        (flows, frames) = (session.flows, session.frames)
        shares = zip(library.definitions, meter.costs).map { Share(definition: $0, cost: $1) }
            .filter { $0.cost.candidates > 0 || $0.cost.flows > 0 }
            .sorted {
                ($1.cost.nanoseconds, $0.definition.name) < ($0.cost.nanoseconds, $1.definition.name)
            }
        search = meter.search
        sum = metered - meter.overhead
        rest = sum - search - meter.costs.reduce(0) { $0 + $1.nanoseconds }
    }

    /// A row for each plugin, and what belongs to none.
    var table: Table {
        var table = Table(
            kind: "cost",
            columns: [
                .init("protocol", isElastic: true), .init("plugin", audience: .programs),
                .init("ns_per_flow", title: "NS/FLOW"),
                .init("share"), .init("candidates"), .init("checks"), .init("flows"),
            ])
        for share in shares {
            table.append(
                [.text(share.definition.name), .text(share.definition.plugin)]
                    + cells(share.cost.nanoseconds)
                    + [.count(share.cost.candidates), .count(share.cost.checks), .count(share.cost.flows)])
        }
        for (name, time) in [("(finding candidates)", search), ("(packets, flows, inventory)", rest)] {
            table.append([.text(name), .text("")] + cells(time) + [.none, .none, .none])
        }
        return table
    }

    private func cells(_ time: Int64) -> [Table.Cell] {
        [.count(perFlow(time)), .share(thousandths: thousandths(of: time))]
    }

    private func perFlow(_ time: Int64) -> Int { Int(time) / max(1, flows) }

    private func thousandths(of time: Int64) -> Int { sum > 0 ? Int(time * 1000 / sum) : 0 }

    private func share(of time: Int64) -> String {
        let tenths = thousandths(of: time)
        return "\(tenths / 10).\(abs(tenths) % 10) %"
    }

    /// One protocol's line for people; nil when it was never a candidate.
    func line(of name: String) -> String? {
        guard let share = shares.first(where: { $0.definition.name == name }) else { return nil }
        let cost = share.cost
        return
            "\(grouped(perFlow(cost.nanoseconds))) ns a flow of the capture, \(self.share(of: cost.nanoseconds)) of all: "
            + "\(counted(cost.candidates, "candidate")), \(counted(cost.checks, "check")), \(counted(cost.flows, "flow")) recognised"
    }

    /// What the table stands on, for people.
    var summary: [String] {
        let difference = unmetered > 0 ? Int((sum - unmetered) * 100 / unmetered) : 0
        let compared =
            difference == 0 ? "the same" : "\(abs(difference)) % \(difference < 0 ? "less" : "more")"
        return [
            "\(grouped(frames)) frames, \(counted(flows, "flow")); in all \(grouped(perFlow(sum))) ns a flow, "
                + "\(grouped(Int(sum) / max(1, frames))) ns a frame",
            "without a meter \(grouped(perFlow(unmetered))) ns a flow: the sum is \(compared)",
        ]
    }

    private static let origin = ContinuousClock.now

    /// Nanoseconds since the first call.
    private static func now() -> Int64 {
        let (seconds, attoseconds) = origin.duration(to: .now).components
        return seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
    }
}
