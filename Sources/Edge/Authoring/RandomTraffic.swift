internal import Matching
internal import Mutations
public import Net

/// Conversations of pure chance, shown to the whole library.
public struct RandomTraffic: Sendable {
    /// Who speaks in a conversation.
    public enum Kind: Sendable, CaseIterable {
        /// Client and server.
        case both
        /// The server was not heard.
        case clientOnly
        /// The client was not heard.
        case serverOnly
    }

    /// How many conversations of each kind were shown.
    public private(set) var shown: [Kind: Int] = [:]
    /// By signature and kind, how many were recognised by it.
    public private(set) var recognised: [Int: [Kind: Int]] = [:]

    /// Shows `count` conversations, a third of each kind.
    public init(_ count: Int, over transport: TransportProtocol, to workshop: Workshop, seed: UInt64 = 1) {
        var generator = SeededGenerator(seed: seed)
        var recogniser = workshop.recogniser()
        for kind in Kind.allCases {
            shown[kind] = count / 3
            for _ in 0..<count / 3 {
                let client = kind == .serverOnly ? [] : Self.payload(&generator)
                let server = kind == .clientOnly ? [] : Self.payload(&generator)
                let said = Conversation(transport, client: client, server: server)
                if let signature = workshop.signature(of: said, &recogniser) {
                    recognised[signature, default: [:]][kind, default: 0] += 1
                }
            }
        }
    }

    static func payload(
        _ generator: inout SeededGenerator, lengths: ClosedRange<Int> = Odds.lengths
    ) -> [UInt8] {
        let length = Int.random(in: lengths, using: &generator)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(length + 8)
        while bytes.count < length {
            let word = generator.next()
            for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * shift))) }
        }
        bytes.removeLast(bytes.count - length)
        return bytes
    }
}
