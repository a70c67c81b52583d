import Net
import Records

/// A snapshot as a page for people: what `offport status` prints.
public struct StatusPage: Sendable {
    /// How many findings and protocols it lists.
    private static let most = 10
    private let width: Int
    private let paint: Paint

    /// A page so wide, coloured or not.
    public init(width: Int, isColoured: Bool = false) {
        self.width = width
        paint = Paint(isOn: isColoured)
    }

    /// The page, each line ended.
    public func text(of snapshot: SensorSnapshot) -> String {
        let lines =
            head(snapshot) + traffic(snapshot) + services(snapshot) + findings(snapshot) + alerts(snapshot)
            + plugins(snapshot) + losses(snapshot)
        return lines.map { $0.text(width: width, paint) + "\n" }.joined()
    }

    private func head(_ snapshot: SensorSnapshot) -> [Line] {
        var line = Line("offport \(snapshot.version)", .bold)
        line.item(snapshot.state.rawValue, snapshot.state == .running ? .green : .yellow)
        line.item("up \(snapshot.uptime)")
        line.item("since \(snapshot.started.toTheSecond) UTC")
        line.item("pid \(snapshot.pid)")
        line.item(byteSize(snapshot.residentBytes))
        return [line, Line()]
    }

    private func traffic(_ snapshot: SensorSnapshot) -> [Line] {
        var rates = Line(title: "Traffic")
        rates.add("\(snapshot.packetRate)   \(snapshot.bitRate)")
        rates.item("\(grouped(snapshot.packets)) packets, \(byteSize(snapshot.bytes)) in all")
        var lines = [rates]
        // A folder's path may be long: it takes a third of the page at most.
        let longest = snapshot.interfaces.map { columns($0.name) }.max() ?? 0
        let column = max(11, min(longest, width / 3))
        for interface in snapshot.interfaces {
            var line = Line("  ")
            line.add(interface.name, width: column)
            line.add(" ")
            line.add(interface.trouble ?? "open", width: 8, interface.trouble == nil ? nil : .red)
            line.add("\(grouped(interface.received)) received")
            line.item(
                "\(grouped(interface.dropped)) dropped by the kernel", interface.dropped > 0 ? .yellow : nil)
            line.item("\(grouped(interface.lost)) lost", interface.lost > 0 ? .yellow : nil)
            lines.append(line)
        }
        let flows = snapshot.flows
        var line = Line(title: "Flows")
        line.add("\(grouped(flows.seen)) seen")
        line.item("\(percentage(flows.recognised, of: flows.seen)) recognised")
        line.item("\(grouped(flows.tracked)) of \(grouped(flows.capacity)) tracked")
        if flows.evicted > 0 { line.item("\(grouped(flows.evicted)) ended early", .yellow) }
        return lines + [line]
    }

    private func services(_ snapshot: SensorSnapshot) -> [Line] {
        var line = Line(title: "Services")
        let standings = snapshot.standings
        line.add(grouped(snapshot.serviceCount))
        if standings.offPort > 0 { line.item("\(grouped(standings.offPort)) off-port", .yellow) }
        if standings.allowed > 0 { line.item("\(grouped(standings.allowed)) allowed", .green) }
        line.item(counted(snapshot.clients, "client program"))
        var lines = [line]
        let shown = snapshot.services.sorted {
            ($1.offPort, $1.total, $0.name) < ($0.offPort, $0.total, $1.name)
        }
        for service in shown.prefix(Self.most) {
            var line = Line("  ")
            line.add(service.name, width: 16)
            line.add(grouped(service.total), width: 8, atRight: true)
            if service.offPort > 0 { line.item("\(grouped(service.offPort)) off-port", .yellow) }
            if service.allowed > 0 { line.item("\(grouped(service.allowed)) allowed", .green) }
            lines.append(line)
        }
        if shown.count > Self.most {
            lines.append(Line("  and \(shown.count - Self.most) more protocols", .dim))
        }
        return lines
    }

    private func findings(_ snapshot: SensorSnapshot) -> [Line] {
        var line = Line(title: "Findings")
        line.add(grouped(snapshot.findingCount))
        snapshot.addSeverities(to: &line)
        var lines = [line]
        for finding in snapshot.newestFindings.prefix(Self.most) {
            var line = Line("  \(finding.time.toTheSecond)  ")
            line.add(finding.severity, width: 10, Paint.colour(ofSeverity: finding.severity))
            line.add(finding.title)
            line.item(place(finding.host, finding.port))
            line.item(finding.client.map { "from \($0)" }, .dim)
            lines.append(line)
        }
        let rest = snapshot.findingCount - min(snapshot.newestFindings.count, Self.most)
        if rest > 0, !snapshot.newestFindings.isEmpty {
            lines.append(Line("  and \(grouped(rest)) earlier", .dim))
        }
        return lines
    }

    private func alerts(_ snapshot: SensorSnapshot) -> [Line] {
        var line = Line(title: "Alerts")
        guard !snapshot.receivers.isEmpty else {
            line.add("no receivers")
            return [line]
        }
        line.add(counted(snapshot.receivers.count, "receiver"))
        if let bound = snapshot.alertLatency.bound(of: 0.99) {
            line.item("99 % within \(span(seconds: bound)) of their packet")
        }
        return [line]
            + snapshot.receivers.map { receiver in
                var line = Line("  ")
                line.add(receiver.name, width: 16, receiver.isTroubled ? .yellow : nil)
                line.add("\(grouped(receiver.delivered)) delivered")
                line.item("\(grouped(receiver.queued)) queued")
                if receiver.queued > 0 { line.item("oldest \(span(seconds: receiver.oldestWaitingSeconds))") }
                if receiver.failed > 0 { line.item("\(counted(receiver.failed, "attempt")) failed", .yellow) }
                if receiver.dropped > 0 { line.item("\(grouped(receiver.dropped)) dropped", .red) }
                if receiver.heldBack > 0 { line.item("\(grouped(receiver.heldBack)) held back") }
                return line
            }
    }

    private func plugins(_ snapshot: SensorSnapshot) -> [Line] {
        var line = Line(title: "Plugins")
        line.add("\(grouped(snapshot.plugins.count)) loaded")
        let (disabled, reloads) = (snapshot.plugins.disabled, snapshot.reloads)
        let lists = snapshot.plugins.listsDisabled
        if disabled.count > lists { line.item("\(grouped(disabled.count - lists)) switched off", .red) }
        if lists > 0 { line.item("\(counted(lists, "asset list")) switched off", .red) }
        if reloads.done > 0 { line.item(counted(reloads.done, "reload")) }
        if reloads.refused > 0 { line.item("\(grouped(reloads.refused)) refused", .yellow) }
        var lines = [line]
        for plugin in disabled.prefix(Self.most) {
            var line = Line("  ")
            line.add(plugin.name, .red)
            line.add(": \(plugin.reason)")
            lines.append(line)
        }
        if let error = reloads.lastError { lines.append(Line("  last reload refused: \(error)", .yellow)) }
        return lines
    }

    private func losses(_ snapshot: SensorSnapshot) -> [Line] {
        let reasons =
            snapshot.malformed.map { ("malformed: \($0.key)", $0.value) }
            + snapshot.fragments.map { ("fragments: \($0.key)", $0.value) }
        let worst = reasons.filter { $0.1 > 0 }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
        guard !worst.isEmpty else { return [] }
        return [Line("Not read", .bold)]
            + worst.prefix(Self.most).map { reason, count in
                var line = Line("  ")
                line.add(grouped(count), width: 10, atRight: true)
                line.item(reason)
                return line
            }
    }
}
