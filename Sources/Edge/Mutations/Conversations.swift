public import Net

/// Which frames of a capture belong to the same conversation: the same transport and the same two ends.
///
/// Connections that use the same ends one after the other are one conversation.
public struct Conversations: Sendable {
    /// The two ends of a conversation, the smaller one first.
    public struct Key: Hashable, Sendable {
        /// What carries it.
        public var transport: TransportProtocol
        /// The smaller end.
        public var low: Endpoint
        /// The larger end.
        public var high: Endpoint

        /// The conversation of two ends, in any order.
        public init(_ transport: TransportProtocol, _ first: Endpoint, _ second: Endpoint) {
            self.transport = transport
            (low, high) = first < second ? (first, second) : (second, first)
        }
    }

    /// A frame's part in its conversation.
    public struct Part: Sendable {
        /// The conversation.
        public var key: Key
        /// Who sent it.
        public var sender: Endpoint
        /// Its TCP flags, 0 for others.
        public var flags: UInt8
        /// Whether it says something.
        public var hasPayload: Bool
        /// Whether it is inside a tunnel.
        public var isEnclosed: Bool
    }

    /// By frame, its part; nil for what is no packet of a transport with ports.
    public let parts: [Part?]
    /// The end that asks: who sends the SYN, else who gets the SYN-ACK, else who speaks first.
    public let clients: [Key: Endpoint]

    /// Sorts out frames.
    public init(_ frames: [CapturedFrame]) {
        let layouts = frames.map { FrameLayout($0) }
        let datagrams = Self.portsOfDatagrams(layouts)
        parts = layouts.map { layout in
            guard let layout, layout.network.carries.hasPorts else { return nil }
            guard let ports = layout.ports ?? Datagram(layout.network).flatMap({ datagrams[$0] }) else {
                return nil
            }
            let sender = Endpoint(layout.network.source, ports.source)
            let receiver = Endpoint(layout.network.destination, ports.destination)
            return Part(
                key: Key(layout.network.carries, sender, receiver), sender: sender, flags: layout.flags,
                hasPayload: layout.hasPayload, isEnclosed: layout.isEnclosed)
        }
        clients = Self.clients(of: parts)
    }

    /// The places of each conversation's frames.
    public var places: [Key: [Int]] {
        Dictionary(grouping: parts.indices.filter { parts[$0] != nil }) { parts[$0]?.key }
            .reduce(into: [:]) { places, entry in
                if let key = entry.key { places[key] = entry.value }
            }
    }

    /// All ends.
    public var ends: Set<TransportEnd> {
        Set(
            parts.compactMap { $0?.key }.flatMap {
                [TransportEnd($0.transport, $0.low), TransportEnd($0.transport, $0.high)]
            })
    }

    /// Which datagram a fragment is a part of: only its first part names the ports.
    private struct Datagram: Hashable {
        var source: IPAddress
        var destination: IPAddress
        var identification: UInt32

        init?(_ network: FrameLayout.Network) {
            guard let fragment = network.fragment else { return nil }
            (source, destination) = (network.source, network.destination)
            identification = fragment.identification
        }
    }

    private static func portsOfDatagrams(
        _ layouts: [FrameLayout?]
    ) -> [Datagram: (source: UInt16, destination: UInt16)] {
        var found: [Datagram: (source: UInt16, destination: UInt16)] = [:]
        for case let layout? in layouts {
            if let datagram = Datagram(layout.network), let ports = layout.ports { found[datagram] = ports }
        }
        return found
    }

    private static func clients(of parts: [Part?]) -> [Key: Endpoint] {
        var (opened, spoke): ([Key: Endpoint], [Key: Endpoint]) = ([:], [:])
        for case let part? in parts {
            if spoke[part.key] == nil { spoke[part.key] = part.sender }
            // RFC 9293 section 3.1: SYN is 2, ACK is 16.
            if part.flags & 2 != 0, opened[part.key] == nil {
                let isAnswer = part.flags & 16 != 0
                let receiver = part.sender == part.key.low ? part.key.high : part.key.low
                opened[part.key] = isAnswer ? receiver : part.sender
            }
        }
        return spoke.merging(opened) { $1 }
    }
}
