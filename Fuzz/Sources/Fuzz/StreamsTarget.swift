import Inventory
import Matching
import Net
import Pipeline
import Plugins

/// A conversation cut and shuffled at will: no packet that is sent again, and no secret of a run, changes the outcome.
///
/// That a conversation in pieces is the same as a whole holds for what plugins describe, not for any bytes: a flow is
/// decided by the words that are complete first.
///
/// Input: transport and manner (1 byte), port (1), seed of the cuts (2), the client's share of the rest in 256ths (1),
/// then what the client says and what the server says.
final class StreamsTarget: FuzzTarget {
    private static let ports: [UInt16] = [
        21, 22, 25, 53, 80, 110, 143, 419, 443, 445, 502, 5060, 8080, 31337,
    ]
    /// More than is looked at would only be cut off at different places.
    private static let longest = 1024
    private static let pieces = 4
    private let core = CoreLibrary()
    private let scripts: ScriptHost

    init() { scripts = ScriptHost(sources: core.library.sources) }

    func run(_ input: UnsafeRawBufferPointer) {
        guard input.count > 5 else { return }
        let words = input.dropFirst(5)
        let share = words.count * Int(input[4]) / 255
        let client = Array(words.prefix(share).prefix(Self.longest))
        let server = Array(words.dropFirst(share).prefix(Self.longest))
        var talk = Conversation(port: Self.ports[Int(input[1]) % Self.ports.count], isTCP: input[0] & 1 == 0)
        talk.handshake = input[0] & 2 == 0
        let serverFirst = input[0] & 4 != 0
        let turns = serverFirst ? [(1, server), (0, client)] : [(0, client), (1, server)]

        var generator = Generator(seed: UInt64(input[2]) << 8 | UInt64(input[3]))
        for (side, bytes) in turns { talk.say(Self.cut(bytes, &generator), side) }
        talk.end()
        let once = recognise(talk, hashSeed: 1)
        precondition(once.count <= 1, "a conversation is recognised once: \(once)")
        guard talk.isTCP else { return }
        let twice = recognise(talk.stuttered, hashSeed: 2)
        precondition(once == twice, "\(once) when every packet comes once, \(twice) when it comes twice")
    }

    /// Pieces of the bytes, in any order, some of them twice.
    private static func cut(_ bytes: [UInt8], _ generator: inout Generator) -> [(Int, [UInt8])] {
        guard bytes.count > 1 else { return [(0, bytes)] }
        var ends = (1..<pieces).map { _ in Int.random(in: 1..<bytes.count, using: &generator) }
        ends.append(bytes.count)
        ends.sort()
        var start = 0
        var pieces: [(Int, [UInt8])] = []
        for end in ends where end > start {
            pieces.append((start, Array(bytes[start..<end])))
            start = end
        }
        if let again = pieces.randomElement(using: &generator) { pieces.append(again) }
        // The stream's first byte tells where it starts when there was no handshake.
        let first = pieces.removeFirst()
        return [first] + pieces.shuffled(using: &generator)
    }

    private func recognise(_ talk: Conversation, hashSeed: UInt64) -> [String] {
        var options = LaneOptions()
        options.maximumFlows = 1024
        options.seed = hashSeed
        var lane = Lane(index: core.index, scripts: scripts, options: options)
        var router = Router()
        talk.bytes.withBytes { bytes in
            var routes: [Route] = []
            router.route(bytes, talk.frames.span, into: &routes)
            lane.process(bytes, frames: talk.frames.span, routes: routes.span, firstFrame: 1)
        }
        lane.finish(afterFrame: talk.frames.count)
        let counters = lane.counters
        precondition(
            counters.recognised + counters.unrecognised + counters.silent == counters.flows,
            "every flow ends as one of three")
        return lane.takeObservations().compactMap {
            guard case .recognised(let recognition) = $0.event else { return nil }
            let name = core.index.protocols[recognition.protocolIndex].name
            return "\(name) \(recognition.client) > \(recognition.server) \(recognition.confidence)"
        }
    }
}

/// Frames of a conversation between two hosts.
struct Conversation {
    private static let hosts: [[UInt8]] = [[10, 20, 100, 1], [10, 20, 1, 1]]
    let port: UInt16
    let isTCP: Bool
    var handshake = true
    private(set) var bytes: [UInt8] = []
    private(set) var frames: [Frame] = []
    private var next: [UInt32] = [0xffff_ff00, 1000]

    init(port: UInt16, isTCP: Bool) {
        self.port = port
        self.isTCP = isTCP
    }

    /// The same, with every packet sent again at once.
    var stuttered: Conversation {
        var other = self
        other.frames = frames.flatMap { [$0, $0] }
        return other
    }

    /// One side says all of its pieces, each at its offset from what it said before.
    mutating func say(_ pieces: [(offset: Int, bytes: [UInt8])], _ side: Int) {
        if isTCP, handshake, frames.isEmpty {
            segment(0, flags: 0x02, 0, [])
            next[0] &+= 1
            segment(1, flags: 0x12, 0, [])
            next[1] &+= 1
            segment(0, flags: 0x10, 0, [])
        }
        for piece in pieces {
            if isTCP {
                segment(side, flags: 0x18, piece.offset, piece.bytes)
            } else {
                datagram(side, piece.bytes)
            }
        }
        next[side] &+= UInt32(pieces.map { $0.offset + $0.bytes.count }.max() ?? 0)
    }

    /// Both sides close.
    mutating func end() {
        guard isTCP else { return }
        segment(0, flags: 0x11, 0, [])
        segment(1, flags: 0x11, 0, [])
    }

    private mutating func segment(_ side: Int, flags: UInt8, _ offset: Int, _ payload: [UInt8]) {
        var header = ports(side)
        header += big(next[side] &+ UInt32(offset)) + big(next[1 - side])
        header += [0x50, flags, 0xff, 0xff, 0, 0, 0, 0]
        frame(side, 6, header + payload)
    }

    private mutating func datagram(_ side: Int, _ payload: [UInt8]) {
        let length = UInt16(8 + payload.count)
        frame(side, 17, ports(side) + [UInt8(length >> 8), UInt8(length & 255), 0, 0] + payload)
    }

    private func ports(_ side: Int) -> [UInt8] {
        let client: [UInt8] = [0xc0, 0x01]
        let server = [UInt8(port >> 8), UInt8(port & 255)]
        return side == 0 ? client + server : server + client
    }

    private func big(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
    }

    private mutating func frame(_ side: Int, _ protocolNumber: UInt8, _ body: [UInt8]) {
        let total = UInt16(20 + body.count)
        var frame =
            [UInt8](repeating: 2, count: 12) + [0x08, 0x00, 0x45, 0, UInt8(total >> 8), UInt8(total & 255)]
        frame += [0, UInt8(truncatingIfNeeded: frames.count), 0x40, 0, 64, protocolNumber, 0, 0]
        frame += Self.hosts[side] + Self.hosts[1 - side] + body
        let time = Timestamp(nanoseconds: 1_700_000_000_000_000_000 + Int64(frames.count) * 1_000_000)
        frames.append(
            Frame(
                offset: bytes.count, capturedLength: frame.count, originalLength: frame.count, time: time,
                linkType: .ethernet))
        bytes += frame
    }
}
