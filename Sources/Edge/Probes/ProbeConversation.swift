public import Net

/// What a probe and a server said to each other.
public struct ProbeConversation: Sendable, Equatable {
    /// What carried it.
    public var transport: TransportProtocol
    /// The probe, and the server.
    public var client, server: Endpoint
    /// When it began.
    public var start: Timestamp
    /// Who said what, in order.
    public internal(set) var turns: [Turn] = []

    /// What one side said at a time.
    public struct Turn: Sendable, Equatable {
        /// Who: the probe, or an address and port of the server's; datagrams may come from another port.
        public var speaker: Endpoint
        /// When.
        public var time: Timestamp
        /// What.
        public var bytes: [UInt8]
    }

    /// One that has just begun.
    public init(transport: TransportProtocol, client: Endpoint, server: Endpoint, start: Timestamp) {
        (self.transport, self.client, self.server, self.start) = (transport, client, server, start)
    }

    /// Adds what was said.
    mutating func say(_ speaker: Endpoint, _ bytes: [UInt8], at time: Timestamp) {
        turns.append(Turn(speaker: speaker, time: time, bytes: bytes))
    }

    /// Everything that the probe said, or the server.
    public func said(byServer: Bool) -> [UInt8] {
        turns.filter { ($0.speaker != client) == byServer }.flatMap(\.bytes)
    }

    /// Whether the server said anything.
    public var isAnswered: Bool { turns.contains { $0.speaker != client && !$0.bytes.isEmpty } }
}

extension ProbeConversation {
    /// The conversation as IP packets: the handshake, what was said, the end; checksums are left out.
    public func packets() -> [(time: Timestamp, bytes: [UInt8])] {
        transport == .udp
            ? turns.map { ($0.time, datagram($0)) }
            : segments()
    }

    private func datagram(_ turn: Turn) -> [UInt8] {
        let isClient = turn.speaker == client
        // An answer from another port belongs to the same two hosts.
        let to = isClient ? server : client
        var udp: [UInt8] = []
        udp.append(turn.speaker.port)
        udp.append(to.port)
        udp.append(UInt16(8 + turn.bytes.count))
        udp.append(UInt16(0))
        return Self.packet(from: turn.speaker.address, to: to.address, .udp, udp + turn.bytes)
    }

    private func segments() -> [(time: Timestamp, bytes: [UInt8])] {
        // Sequence numbers of both sides, each after its SYN.
        var next: (client: UInt32, server: UInt32) = (1, 1)
        var packets: [(time: Timestamp, bytes: [UInt8])] = []
        func add(
            _ isClient: Bool, _ flags: UInt8, _ bytes: ArraySlice<UInt8> = [], at time: Timestamp,
            sequence: UInt32? = nil
        ) {
            let (from, to) = isClient ? (client, server) : (server, client)
            var tcp: [UInt8] = []
            tcp.append(from.port)
            tcp.append(to.port)
            tcp.append(sequence ?? (isClient ? next.client : next.server))
            tcp.append(flags == 0x02 ? UInt32(0) : isClient ? next.server : next.client)
            tcp.append(UInt16(0x5000 | UInt16(flags)))
            tcp.append(UInt16(65_535))
            tcp.append(UInt32(0))
            packets.append((time, Self.packet(from: from.address, to: to.address, .tcp, tcp + bytes)))
        }
        add(true, 0x02, at: start, sequence: 0)
        add(false, 0x12, at: start, sequence: 0)
        add(true, 0x10, at: start)
        var last = start
        for turn in turns {
            let isClient = turn.speaker == client
            last = turn.time
            for from in stride(from: 0, to: turn.bytes.count, by: 1400) {
                let part = turn.bytes[from..<min(from + 1400, turn.bytes.count)]
                add(isClient, 0x18, part, at: turn.time)
                if isClient { next.client &+= UInt32(part.count) } else { next.server &+= UInt32(part.count) }
            }
        }
        add(true, 0x11, at: last)
        next.client &+= 1
        add(false, 0x11, at: last)
        return packets
    }

    private static func packet(
        from: IPAddress, to: IPAddress, _ transport: TransportProtocol, _ payload: [UInt8]
    ) -> [UInt8] {
        var ip: [UInt8] = []
        if let source = from.v4, let destination = to.v4 {
            ip.append(UInt16(0x4500))
            ip.append(UInt16(clamping: 20 + payload.count))
            ip.append(UInt32(0x0000_4000))
            ip += [64, transport.number, 0, 0]
            ip.append(source)
            ip.append(destination)
        } else {
            ip.append(UInt32(0x6000_0000))
            ip.append(UInt16(clamping: payload.count))
            ip += [transport.number, 64]
            for word in [from.high, from.low, to.high, to.low] { ip.append(word) }
        }
        return ip + payload
    }
}

extension [UInt8] {
    /// A number in network order.
    fileprivate mutating func append(_ number: some FixedWidthInteger) {
        for shift in stride(from: number.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}
