import Inventory
import Matching
import Net
import Probes
import Records
import Stores

/// What a probe found, for people and as records.
struct ProbeReport {
    private let session: ProbeSession
    private let hosts: Int
    private let confirmed: FindingTargets?
    private let store: String?

    init(_ session: ProbeSession, hosts: Int, confirmed: FindingTargets?, store: String?) {
        (self.session, self.hosts, self.confirmed, self.store) = (session, hosts, confirmed, store)
    }

    // MARK: People

    func tell() {
        let (counters, holdings) = (session.counters, session.holdings)
        let seconds =
            ((session.ended ?? session.started).nanoseconds - session.started.nanoseconds + 999_999_999)
            / 1_000_000_000
        var text =
            "\(counted(counters.asked, "port")) of \(counted(hosts, "host")) asked in \(seconds) s, from "
        text += "\(session.started.toTheSecond) UTC\n"
        var states = [(counters.open, "open"), (counters.closed, "closed"), (counters.silent, "silent")]
        states.append((counters.unreachable, "unreachable"))
        text += states.filter { $0.0 > 0 || $0.1 == "open" }.map { "\(grouped($0.0)) \($0.1)" }.joined(
            separator: ", ")
        text += "\n"
        if let confirmed, !confirmed.findings.isEmpty { text += "\n" + table(of: confirmed).page }
        if !holdings.services.isEmpty { text += "\n" + Question.services.table(of: holdings).page }
        if !session.unrecognised.isEmpty { text += "\n" + unrecognised.page }
        if !holdings.findings.isEmpty, confirmed == nil {
            text += "\n" + Self.findings(holdings).page
        }
        if let store, confirmed == nil {
            text += "\nwhat traffic knows beside it: offport coverage --store \(AskedOptions.quoted(store))\n"
        }
        Console.write(Array(text.utf8), to: 1)
    }

    /// Without the numbers that only a store gives.
    private static func findings(_ holdings: Holdings) -> Table {
        var table = Table(
            kind: "finding",
            columns: [
                .init("severity"), .init("host", title: "SERVER"), .init("port", title: ""),
                .init("transport", title: ""), .init("title", title: "FINDING", isElastic: true),
                .init("evidence", title: "SAID", isElastic: true),
            ])
        for kept in holdings.findings {
            let finding = kept.finding
            table.append([
                .severity(finding.severity), .address(finding.host), .number(Int(finding.port.number)),
                .text(finding.port.transport.description), .text(finding.title), .text(finding.evidence.text),
            ])
        }
        return table
    }

    private var unrecognised: Table {
        var table = Table(
            kind: "port",
            columns: [
                .init("host", title: "OPEN, NOT RECOGNISED"), .init("port", title: ""),
                .init("transport", title: ""),
                .init("state", audience: .programs), .init("time", audience: .programs),
                .init("says", isElastic: true), .init("hex", audience: .programs),
            ])
        for result in session.unrecognised {
            let said = result.conversation?.said(byServer: true) ?? []
            table.append([
                .address(result.target.endpoint.address), .number(Int(result.target.endpoint.port)),
                .text(result.target.transport.description), .text("open"), .time(result.time),
                .text(said.isEmpty ? "nothing" : String(decoding: said.prefix(200), as: UTF8.self)),
                said.isEmpty ? .none : .text(Self.hex(said.prefix(64))),
            ])
        }
        return table
    }

    private static func hex(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.map { String(UInt16($0) | 0x100, radix: 16).dropFirst() }.joined()
    }

    /// What asking again says of each finding.
    private func table(of targets: FindingTargets) -> Table {
        var table = Table(
            kind: "confirmation",
            columns: [
                .init("id"), .init("outcome"), .init("host", title: "SERVER"), .init("port", title: ""),
                .init("transport", title: ""), .init("protocol"), .init("now"),
                .init("finding", isElastic: true),
                .init("time", audience: .programs),
            ])
        for kept in targets.findings {
            let finding = kept.finding
            let result = session.outcomes[FindingTargets.place(kept)]
            let now = result?.protocolIndex.map { session.library.index.protocols[$0].name }
            table.append([
                .number(kept.number), .text(Self.outcome(result, now: now, was: finding.protocolName)),
                .address(finding.host), .number(Int(finding.port.number)),
                .text(finding.port.transport.description), .text(finding.protocolName),
                now.map { .text($0) } ?? .none, .text(finding.title), result.map { .time($0.time) } ?? .none,
            ])
        }
        return table
    }

    private static func outcome(_ result: ProbeResult?, now: String?, was: String) -> String {
        guard let result else { return "not asked" }
        switch result.state {
        case .open where now == was: return "confirmed"
        case .open: return now == nil ? "open, not recognised" : "changed"
        case .closed: return "closed"
        case .silent: return "silent"
        case .unreachable(let why): return "unreachable: \(why)"
        }
    }

    // MARK: Programs

    /// Services, ports that nobody knows, what was confirmed, and the sums; findings were written as they were found.
    func write(to output: RecordOutput) {
        let (counters, holdings) = (session.counters, session.holdings)
        output.write { writer in
            for service in holdings.services { writer.append(service, holdings.witnesses[service.id]) }
            writer.append(lines: unrecognised.jsonLines())
            if let confirmed { writer.append(lines: table(of: confirmed).jsonLines()) }
            writer.append(summary: [
                ("version", .text(Offport.version)), ("source", .text("active")), ("hosts", .count(hosts)),
                ("hosts_answering", .count(session.hostsThere)), ("ports_asked", .count(counters.asked)),
                ("open", .count(counters.open)), ("closed", .count(counters.closed)),
                ("silent", .count(counters.silent)), ("unreachable", .count(counters.unreachable)),
                ("recognised", .count(counters.recognised)), ("mute", .count(counters.mute)),
                ("sent", .count(counters.sent)), ("services", .count(holdings.services.count)),
                ("findings", .count(holdings.findings.count)), ("problems", .list(session.problems)),
                ("first", .time(session.started)), ("last", .time(session.ended ?? session.started)),
            ])
        }
    }
}
