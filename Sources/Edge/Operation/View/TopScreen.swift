import Net
import Records

/// A snapshot as a screen: what `offport top` draws each second.
///
/// A pure function: the terminal is the caller's.
public struct TopScreen: Sendable {
    private let width: Int
    private let height: Int
    private let paint: Paint

    /// A screen of that size, coloured or not.
    public init(width: Int, height: Int, isColoured: Bool = false) {
        self.width = width
        self.height = height
        paint = Paint(isOn: isColoured)
    }

    /// The lines of the screen, never more than its height nor wider than its width.
    ///
    /// - Parameters:
    ///   - previous: the snapshot drawn before, for what has changed since.
    ///   - notice: what is wrong with the connection, for the last line.
    public func lines(
        of snapshot: SensorSnapshot, after previous: SensorSnapshot? = nil, notice: String? = nil
    ) -> [String] {
        var lines = head(snapshot, previous)
        let receivers = Array(snapshot.receivers.prefix(4))
        let alerts = receivers.isEmpty ? 0 : receivers.count + 2
        // Two headings with an empty line before each, and the line at the bottom.
        let room = max(0, height - lines.count - alerts - 5)
        let split = Self.share(
            room, findings: snapshot.newestFindings.count, services: snapshot.newestServices.count)
        lines.append(Line())
        lines.append(Line("NEWEST FINDINGS", .bold))
        lines += snapshot.newestFindings.prefix(split.findings).map { finding in
            row(finding, isNew: previous.map { !$0.newestFindings.contains(finding) } ?? false)
        }
        if snapshot.newestFindings.isEmpty { lines.append(Line("  none yet", .dim)) }
        lines.append(Line())
        lines.append(Line("SERVICES ARRIVING", .bold))
        lines += snapshot.newestServices.prefix(split.services).map { service in
            row(service, isNew: previous.map { !$0.newestServices.contains(service) } ?? false)
        }
        if snapshot.newestServices.isEmpty { lines.append(Line("  none yet", .dim)) }
        if !receivers.isEmpty { lines += alertRows(receivers, snapshot, previous) }
        var shown = Array(lines.prefix(max(0, height - 1)))
        while shown.count < height - 1 { shown.append(Line()) }
        shown.append(foot(notice))
        return shown.suffix(max(1, height)).map { $0.text(width: width, paint) }
    }

    /// How many findings and services are shown: three fifths and the rest, and what one leaves goes to the other.
    static func share(_ room: Int, findings: Int, services: Int) -> (findings: Int, services: Int) {
        // `none yet` takes a line too.
        let (findings, services) = (max(1, findings), max(1, services))
        let first = min(findings, room * 3 / 5)
        let second = min(services, room - first)
        return (min(findings, room - second), second)
    }

    // MARK: Head and foot

    private func head(_ snapshot: SensorSnapshot, _ previous: SensorSnapshot?) -> [Line] {
        var title = Line("offport \(snapshot.version)", .bold)
        title.item(snapshot.state.rawValue, snapshot.state == .running ? .green : .yellow)
        title.item("up \(snapshot.uptime)")
        title.atRight("\(snapshot.now.timeOfDay) UTC", width: width, .dim)

        var traffic = Line(title: "Traffic")
        traffic.add("\(snapshot.packetRate)   \(snapshot.bitRate)")
        let lost = snapshot.lostPackets
        let since = previous.map { lost - $0.lostPackets } ?? 0
        traffic.item(
            "lost \(grouped(lost))" + (since > 0 ? " (+\(grouped(since)))" : ""),
            since > 0 ? .red : lost > 0 ? .yellow : nil)
        for interface in snapshot.interfaces {
            traffic.item(
                interface.name + (interface.trouble.map { " \($0)" } ?? ""),
                interface.trouble == nil ? .dim : .red)
        }

        let flows = snapshot.flows
        var table = Line(title: "Flows")
        let use = flows.capacity > 0 ? min(1, Double(flows.tracked) / Double(flows.capacity)) : 0
        let bar = max(10, min(40, width - 60))
        let full = Int((use * Double(bar)).rounded())
        table.add("[")
        table.add(String(repeating: "#", count: full), use >= 0.9 ? .red : use >= 0.7 ? .yellow : .green)
        table.add(String(repeating: ".", count: bar - full) + "]", .dim)
        table.add(" \(grouped(flows.tracked)) of \(grouped(flows.capacity))")
        if flows.evicted > 0 { table.item("ended early \(grouped(flows.evicted))", .yellow) }
        table.item(byteSize(snapshot.residentBytes))

        var services = Line(title: "Services")
        services.add(grouped(snapshot.serviceCount))
        let offPort = snapshot.standings.offPort
        if offPort > 0 { services.item("\(grouped(offPort)) off-port", .yellow) }
        services.item(counted(snapshot.clients, "client program"))
        let lists = snapshot.plugins.listsDisabled
        let plugins = snapshot.plugins.disabled.count - lists
        if plugins > 0 { services.item("\(counted(plugins, "plugin")) switched off", .red) }
        if lists > 0 { services.item("\(counted(lists, "asset list")) switched off", .red) }
        var findings = Line(title: "Findings")
        findings.add(grouped(snapshot.findingCount))
        snapshot.addSeverities(to: &findings)
        return [title, traffic, table, services, findings]
    }

    private func foot(_ notice: String?) -> Line {
        var line = Line("q quits", .dim)
        line.item(notice, .red)
        return line
    }

    // MARK: Rows

    private func row(_ finding: SensorSnapshot.NewFinding, isNew: Bool) -> Line {
        var line = Line(isNew ? "+ " : "  ", .bold)
        line.add(finding.time.timeOfDay + "  ", .dim)
        line.add(finding.severity, width: 10, Paint.colour(ofSeverity: finding.severity))
        let place = place(finding.host, finding.port)
        let from = width >= 110 ? finding.client.map { "  from \($0)" } ?? "" : ""
        let room = max(12, width - line.used - columns(place) - columns(from) - 2)
        line.add(finding.title, width: room)
        line.add("  \(place)")
        line.add(from, .dim)
        return line
    }

    private func row(_ service: SensorSnapshot.NewService, isNew: Bool) -> Line {
        var line = Line(isNew ? "+ " : "  ", .bold)
        line.add(service.time.timeOfDay + "  ", .dim)
        line.add(service.standing, width: 10, Paint.colour(ofStanding: service.standing))
        line.add(service.protocolName, width: 14)
        line.add(place(service.host, service.port), width: width >= 110 ? 40 : 22)
        line.item(service.product, .dim)
        return line
    }

    private func alertRows(
        _ receivers: [SensorSnapshot.Receiver], _ snapshot: SensorSnapshot, _ previous: SensorSnapshot?
    ) -> [Line] {
        var title = Line("ALERTS", .bold)
        if let bound = snapshot.alertLatency.bound(of: 0.99) {
            title.item("99 % within \(span(seconds: bound))", .dim)
        }
        if snapshot.receivers.count > receivers.count {
            title.item("\(receivers.count) of \(snapshot.receivers.count) receivers", .dim)
        }
        return [Line(), title]
            + receivers.map { receiver in
                var line = Line("  ")
                line.add(receiver.name, width: 14, receiver.isTroubled ? .yellow : nil)
                line.add("  queued \(grouped(receiver.queued))", receiver.queued > 0 ? .yellow : nil)
                if receiver.queued > 0 { line.add(", \(span(seconds: receiver.oldestWaitingSeconds))") }
                let before = previous?.receivers.first { $0.name == receiver.name }?.delivered
                let since = before.map { receiver.delivered - $0 } ?? 0
                line.item(
                    "delivered \(grouped(receiver.delivered))" + (since > 0 ? " (+\(grouped(since)))" : ""))
                line.item("failed \(grouped(receiver.failed))", receiver.failed > 0 ? .yellow : nil)
                if receiver.dropped > 0 { line.item("dropped \(grouped(receiver.dropped))", .red) }
                if receiver.heldBack > 0 { line.item("held back \(grouped(receiver.heldBack))") }
                return line
            }
    }
}
