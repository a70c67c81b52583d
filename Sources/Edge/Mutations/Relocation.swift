import Net

/// Moves services to other ports: each of them to one of its own, for all who talk to it.
///
/// Lines that name a port (FTP's PASV) still name the old one: do not move what others announce.
public struct Relocation: Mutation {
    private let ports: [TransportEnd: UInt16]

    /// Moves each of the services to a port of the range that is no other one's.
    ///
    /// - Parameter range: more ports than there are services.
    public init(of services: some Sequence<TransportEnd>, to range: ClosedRange<UInt16>, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let free = range.shuffled(using: &generator)
        ports = Dictionary(zip(Set(services).sorted(), free)) { first, _ in first }
    }

    /// Makes the mutated capture.
    public func apply(to frames: [CapturedFrame]) -> [CapturedFrame] {
        frames.map { frame in
            guard let layout = FrameLayout(frame), let old = layout.ports else { return frame }
            let network = layout.network
            func port(_ address: IPAddress, _ port: UInt16) -> UInt16 {
                ports[TransportEnd(network.carries, Endpoint(address, port))] ?? port
            }
            var moved = frame
            moved.put(port(network.source, old.source), at: network.payload)
            moved.put(port(network.destination, old.destination), at: network.payload + 2)
            return moved
        }
    }

    /// Where an end of a conversation is afterwards.
    public func place(of end: TransportEnd, isEnclosed: Bool) -> TransportEnd {
        TransportEnd(end.transport, Endpoint(end.endpoint.address, ports[end] ?? end.endpoint.port))
    }
}
