import Handshakes
import Net
import Testing

/// Whatever the bytes are, nothing traps and every text is fit to be shown.
@Suite struct BoundsTests {
    struct Pair: Sendable, CustomTestStringConvertible {
        var kind: HandshakeKind
        var client: [UInt8]
        var server: [UInt8]
        var testDescription: String { "\(kind), \(client.count) and \(server.count) bytes" }
    }

    static let pairs = [
        Pair(kind: .tls, client: Recordings.clientTLS13, server: Recordings.serverTLS13),
        Pair(kind: .tls, client: Recordings.clientTLS12, server: Recordings.serverTLS12),
        Pair(kind: .dtls, client: Recordings.clientDTLS, server: Recordings.serverDTLS),
        Pair(kind: .quic, client: Samples.version1, server: [0xC1, 0, 0, 0, 1, 0, 0]),
        Pair(kind: .quic, client: Samples.version2, server: []),
    ]

    /// Lists that are still being read, and what was offered until it is known what was agreed.
    private static let mayChange: Set<String> = ["alpn", "certificate_names"]

    @Test(arguments: pairs)
    func fieldsOnlyGrow(_ pair: Pair) {
        var known = Words(pair.kind)
        for end in 0...pair.client.count {
            let words = Words(pair.kind, client: Array(pair.client.prefix(end)))
            Self.expect(words, after: known, "client cut at \(end)")
            known = words
        }
        for end in 0...pair.server.count {
            let words = Words(pair.kind, client: pair.client, server: Array(pair.server.prefix(end)))
            Self.expect(words, after: known, "server cut at \(end)")
            known = words
        }
        #expect(known == Words(pair.kind, client: pair.client, server: pair.server))
    }

    private static func expect(_ words: Words, after known: Words, _ place: String) {
        for (name, value) in known.client { #expect(words.client[name] == value, "\(name), \(place)") }
        for (name, value) in known.server {
            #expect(words.server[name] == value || mayChange.contains(name), "\(name), \(place)")
            #expect(words.server[name] != nil, "\(name), \(place)")
        }
        expectFit(words)
    }

    private static func expectFit(_ words: Words) {
        for text in Array(words.client.values) + Array(words.server.values) {
            let isFit =
                !text.isEmpty && text.utf8.count <= 255
                && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
            #expect(isFit, "\(text.debugDescription)")
        }
    }

    @Test(arguments: HandshakeKind.allCases)
    func randomBytes(_ kind: HandshakeKind) {
        var generator = Generator(seed: 1)
        for _ in 0..<1500 {
            let count = Int.random(in: 0...300, using: &generator)
            let (client, server) = (generator.bytes(count), generator.bytes(count))
            Self.expectFit(Words(kind, client: client, server: server))
            // Behind the beginning that makes them be read at all.
            let (first, second): ([UInt8], [UInt8]) =
                switch kind {
                case .tls: ([22, 3, 1, 1, 0, 1, 0, 0, 252, 3, 3], [22, 3, 3, 1, 0, 2, 0, 0, 70, 3, 3])
                case .dtls: (datagram(1, client), datagram(2, server))
                case .quic: ([0xC3, 0, 0, 0, 1], [0xC3, 0, 0, 0, 1])
                }
            Self.expectFit(Words(kind, client: first + client, server: second + server))
        }
    }

    @Test(arguments: pairs, 0..<4)
    func changedBytes(_ pair: Pair, _ seed: UInt64) {
        var generator = Generator(seed: seed)
        for _ in 0..<400 {
            let client = Self.changed(pair.client, &generator)
            let server = Self.changed(pair.server, &generator)
            Self.expectFit(Words(pair.kind, client: client, server: server))
        }
    }

    /// What is behind QUIC's encryption is as little to be trusted.
    @Test func changedFrames() throws {
        var generator = Generator(seed: 7)
        let hello = Hello(extensions: [Hello.serverName("example.org"), Hello.protocols("h3")]).client
        let frames =
            Datagram.crypto(hello, 40..<hello.count) + [2, 5, 0, 1, 0, 1, 1] + Datagram.crypto(hello, 0..<40)
        for _ in 0..<800 {
            var datagram = Datagram()
            try datagram.addInitial(Self.changed(frames, &generator) + [0, 0, 0, 0])
            Self.expectFit(Words(.quic, client: datagram.bytes))
        }
    }

    /// A few bytes replaced, mostly by such as lengths stumble over; sometimes cut off.
    private static func changed(_ bytes: [UInt8], _ generator: inout Generator) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        var bytes = bytes
        for _ in 0...Int.random(in: 0..<4, using: &generator) {
            let place = Int.random(in: bytes.indices, using: &generator)
            let values = [0, 1, 0x7F, 0x80, 0xFF, UInt8.random(in: 0...255, using: &generator)]
            bytes[place] = values.randomElement(using: &generator) ?? 0
        }
        if Bool.random(using: &generator) {
            bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
        }
        return bytes
    }
}
