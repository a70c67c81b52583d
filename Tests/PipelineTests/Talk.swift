import Net
import Wire

/// A TCP connection that is written down packet by packet: it keeps count of the sequence numbers.
struct Talk {
    enum Side { case client, server }

    /// What is needed to put a segment on the wire again, elsewhere or in pieces.
    struct Segment: Sendable {
        var isClients: Bool
        var flags: TCPFlags
        var sequence: UInt32
        var acknowledgement: UInt32 = 0
        var payload: [UInt8] = []
    }

    let client: Endpoint
    let server: Endpoint
    private var clientNext: UInt32
    private var serverNext: UInt32
    private(set) var segments: [Segment] = []

    init(_ client: String, _ server: String, clientStart: UInt32 = 1000, serverStart: UInt32 = 9000) {
        (self.client, self.server) = (endpoint(client), endpoint(server))
        (clientNext, serverNext) = (clientStart, serverStart)
    }

    /// A conversation with its handshake: the speakers take turns, the client first unless told otherwise.
    static func whole(
        _ client: String, _ server: String, _ lines: [(Side, String)], clientStart: UInt32 = 1000,
        serverStart: UInt32 = 9000
    ) -> Talk {
        var talk = Talk(client, server, clientStart: clientStart, serverStart: serverStart)
        talk.handshake()
        for (side, text) in lines { talk.say(side, text) }
        talk.close()
        return talk
    }

    mutating func handshake() {
        add(.client, .syn, [])
        add(.server, [.syn, .ack], [])
        add(.client, .ack, [])
    }

    mutating func say(_ side: Side, _ text: String) { add(side, [.ack, .psh], Array(text.utf8)) }

    mutating func close() {
        add(.client, [.fin, .ack], [])
        add(.server, [.fin, .ack], [])
    }

    mutating func add(_ side: Side, _ flags: TCPFlags, _ payload: [UInt8]) {
        let isClients = side == .client
        segments.append(
            Segment(
                isClients: isClients, flags: flags, sequence: isClients ? clientNext : serverNext,
                acknowledgement: flags.contains(.ack) ? (isClients ? serverNext : clientNext) : 0,
                payload: payload))
        let length = UInt32(payload.count + (flags.contains(.syn) ? 1 : 0) + (flags.contains(.fin) ? 1 : 0))
        if isClients { clientNext &+= length } else { serverNext &+= length }
    }

    /// Only the segments that a test wants, in the order it wants them.
    func rearranged(_ change: ([Segment]) -> [Segment]) -> Talk {
        var talk = self
        talk.segments = change(segments)
        return talk
    }

    /// Every payload in segments of at most `size` bytes.
    func split(_ size: Int) -> Talk {
        rearranged { segments in
            segments.flatMap { segment in
                guard segment.payload.count > size else { return [segment] }
                return stride(from: 0, to: segment.payload.count, by: size).map { start in
                    var piece = segment
                    piece.payload = Array(segment.payload[start..<min(start + size, segment.payload.count)])
                    piece.sequence = segment.sequence &+ UInt32(start)
                    return piece
                }
            }
        }
    }

    /// The IP packet of a segment.
    func packet(_ segment: Segment) -> [UInt8] {
        let (from, to) = segment.isClients ? (client, server) : (server, client)
        return ip(
            from.address, to.address, .tcp,
            tcp(
                from.port, to.port, segment.flags, sequence: segment.sequence,
                acknowledgement: segment.acknowledgement, segment.payload))
    }

    /// The frames, a millisecond apart.
    func frames(at start: Double = 1000) -> [Captured] {
        segments.enumerated().map { number, segment in
            Captured(start + Double(number) / 1000, packet(segment))
        }
    }
}
