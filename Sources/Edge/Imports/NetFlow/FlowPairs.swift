internal import Net
internal import Records

/// Puts the two directions of a conversation together, which most exporters report apart.
final class FlowPairs {
    private struct Key: Hashable {
        var (low, high): (Endpoint, Endpoint)
        var transport: TransportProtocol
        var exporter: IPAddress

        init(_ flow: ExportedFlow, _ exporter: IPAddress) {
            let source = Endpoint(flow.source, flow.sourcePort)
            let destination = Endpoint(flow.destination, flow.destinationPort)
            (low, high) = source < destination ? (source, destination) : (destination, source)
            transport = flow.transport
            self.exporter = exporter
        }

        static func == (left: Self, right: Self) -> Bool {
            left.low == right.low && left.high == right.high && left.transport == right.transport
                && left.exporter == right.exporter
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(low)
            hasher.combine(high)
            hasher.combine(transport)
            hasher.combine(exporter)
        }
    }

    /// How long after the end of one direction's record that of the other may begin, in nanoseconds: a question and an
    /// answer of one packet each never overlap.
    ///
    /// Resolvers wait five seconds for an answer. Exporters put packets of one direction into one record until none
    /// came for ten seconds at the least, so the next question of the same ports is farther away.
    private static let patience: Int64 = 5_000_000_000

    private let names: ProtocolNames
    /// Records that wait for the one of the other direction.
    private var waiting = Unpaired<Key, ExportedFlow>()

    init(names: ProtocolNames) { self.names = names }

    /// Takes a record; gives the sessions that are complete.
    func take(_ flow: ExportedFlow, from exporter: IPAddress, _ give: (SessionFact) -> Void) {
        guard flow.reverse == nil else { return give(session(flow, nil)) }
        let key = Key(flow, exporter)
        if let other = waiting.take(key) {
            let isOtherWay =
                other.source == flow.destination && other.sourcePort == flow.destinationPort
                && (other.source != flow.source || other.sourcePort != flow.sourcePort)
            if isOtherWay, isOneConversation(other, flow) {
                return give(session(other, flow))
            }
            give(session(other, nil))
        }
        waiting.wait(flow, under: key) { give(session($0, nil)) }
    }

    /// Whether two records of opposite directions overlap, or the later one may answer the earlier one.
    private func isOneConversation(_ one: ExportedFlow, _ other: ExportedFlow) -> Bool {
        let (earlier, later) = one.start <= other.start ? (one, other) : (other, one)
        guard later.start > earlier.end else { return true }
        guard later.start.nanoseconds(since: earlier.end) <= Self.patience else { return false }
        // What a server says answers an earlier question, not the next one.
        return !names.isHome(earlier.sourcePort, earlier.transport)
            || names.isHome(earlier.destinationPort, earlier.transport)
    }

    /// No more records come: gives those that were not answered, in their order.
    func finish(_ give: (SessionFact) -> Void) { waiting.finish { give(session($0, nil)) } }

    private func session(_ flow: ExportedFlow, _ other: ExportedFlow?) -> SessionFact {
        let source = Endpoint(flow.source, flow.sourcePort)
        let destination = Endpoint(flow.destination, flow.destinationPort)
        let isReversed: Bool
        if flow.knowsInitiator {
            isReversed = false
        } else if let other, other.start != flow.start {
            isReversed = other.start < flow.start
        } else {
            isReversed = names.serverIsFirst(source, destination, flow.transport)
        }
        let sent = SessionFact.Volume(packets: flow.packets, bytes: flow.bytes)
        let received =
            other.map { SessionFact.Volume(packets: $0.packets, bytes: $0.bytes) }
            ?? flow.reverse.map { SessionFact.Volume(packets: $0.packets, bytes: $0.bytes) }
            ?? SessionFact.Volume()
        let flags = (flow.flags, other?.flags ?? flow.reverse?.flags ?? 0)
        var session = SessionFact(
            transport: flow.transport, client: isReversed ? destination : source,
            server: isReversed ? source : destination, start: min(flow.start, other?.start ?? flow.start),
            end: max(flow.end, other?.end ?? flow.end), state: .established)
        session.sent = isReversed ? received : sent
        session.received = isReversed ? sent : received
        session.vlan = flow.vlan
        session.isDirectionGuessed = !flow.knowsInitiator
        session.judge(
            clientFlags: isReversed ? flags.1 : flags.0, serverFlags: isReversed ? flags.0 : flags.1)
        return session
    }
}
