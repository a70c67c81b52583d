import Net
import Reassembly
import Testing

/// One fragment: where, whether more follow, its bytes as text.
struct Piece: Sendable {
    let offset: Int
    let more: Bool
    let text: String

    init(_ offset: Int, _ text: String, more: Bool = true) {
        self.offset = offset
        self.more = more
        self.text = text
    }
}

let v4 = FragmentKey(
    source: IPAddress(v4: 1), destination: IPAddress(v4: 2), identification: 3, payloadProtocol: 17)
let v6 = FragmentKey(
    source: IPAddress(high: 1, low: 1), destination: IPAddress(high: 1, low: 2), identification: 3,
    payloadProtocol: 17)

extension FragmentTable {
    /// The text of the datagram that this piece completes.
    mutating func insert(_ key: FragmentKey, _ piece: Piece, at second: Int64 = 0) -> String? {
        let outcome = Array(piece.text.utf8).withBytes {
            insert(
                key: key, offset: piece.offset, more: piece.more, bytes: $0, at: Timestamp(seconds: second))
        }
        return outcome == .waiting ? nil : String(decoding: datagram, as: UTF8.self)
    }

    /// What is counted, as one readable line.
    var losses: String {
        FragmentLoss.allCases.filter { counters[$0] > 0 }.map { "\($0.name): \(counters[$0])" }
            .joined(separator: ", ")
    }
}

@Suite struct FragmentTableTests {
    struct Situation: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let pieces: [Piece]
        /// The datagram after the last piece, per version; nil if there is none.
        let expected: (v4: String?, v6: String?)
        let losses: (v4: String, v6: String)

        init(
            _ name: String, _ pieces: [Piece], v4: String?, _ losses4: String = "", v6: String?,
            _ losses6: String = ""
        ) {
            (testDescription, self.pieces, expected, losses) = (name, pieces, (v4, v6), (losses4, losses6))
        }
    }

    static let discarded = "ipv6 datagrams with overlapping fragments: 1"

    static let situations = [
        Situation(
            "in order", [Piece(0, "aaaaaaaa"), Piece(8, "bb", more: false)], v4: "aaaaaaaabb",
            v6: "aaaaaaaabb"),
        Situation(
            "last first", [Piece(8, "bb", more: false), Piece(0, "aaaaaaaa")], v4: "aaaaaaaabb",
            v6: "aaaaaaaabb"),
        Situation("middle missing", [Piece(0, "aaaaaaaa"), Piece(16, "cc", more: false)], v4: nil, v6: nil),
        Situation("first missing", [Piece(8, "bbbbbbbb"), Piece(16, "cc", more: false)], v4: nil, v6: nil),
        Situation("last missing", [Piece(0, "aaaaaaaa"), Piece(8, "bbbbbbbb")], v4: nil, v6: nil),
        Situation(
            "repeated", [Piece(0, "aaaaaaaa"), Piece(0, "aaaaaaaa"), Piece(8, "b", more: false)],
            v4: "aaaaaaaab", "duplicate fragments: 1", v6: "aaaaaaaab", "duplicate fragments: 1"),
        Situation(
            "same place, other bytes",
            [Piece(0, "aaaaaaaa"), Piece(0, "xxxxxxxx"), Piece(8, "b", more: false)],
            v4: "aaaaaaaab", "ipv4 fragments overlapping: 1", v6: nil,
            "\(discarded), fragments of discarded datagrams: 1"),
        Situation(
            "overlapping what comes before",
            [Piece(0, "aaaaaaaaaaaaaaaa"), Piece(8, "bbbbbbbbbbbb", more: false)],
            v4: "aaaaaaaaaaaaaaaabbbb", "ipv4 fragments overlapping: 1", v6: nil, discarded),
        Situation(
            "overlapping what comes after",
            [Piece(8, "bbbbbbbb"), Piece(0, "aaaaaaaaaaaaaaaa"), Piece(16, "c", more: false)],
            v4: "aaaaaaaabbbbbbbbc", "ipv4 fragments overlapping: 1", v6: nil,
            "\(discarded), fragments of discarded datagrams: 1"),
        Situation(
            "around what came",
            [Piece(8, "bbbbbbbb"), Piece(0, "aaaaaaaaaaaaaaaaaaaaaaaa"), Piece(24, "c", more: false)],
            v4: "aaaaaaaabbbbbbbbaaaaaaaac", "ipv4 fragments overlapping: 1", v6: nil,
            "\(discarded), fragments of discarded datagrams: 1"),
        Situation(
            "past the end", [Piece(8, "b", more: false), Piece(16, "cccccccc"), Piece(0, "aaaaaaaa")],
            v4: "aaaaaaaab", "ipv4 fragments past the end: 1", v6: nil,
            "\(discarded), fragments of discarded datagrams: 1"),
        Situation(
            "two ends", [Piece(8, "b", more: false), Piece(8, "bb", more: false), Piece(0, "aaaaaaaa")],
            v4: "aaaaaaaab", "ipv4 fragments past the end: 1", v6: nil,
            "\(discarded), fragments of discarded datagrams: 1"),
        Situation(
            "an end before what came", [Piece(16, "cccccccc"), Piece(8, "b", more: false)],
            v4: nil, "ipv4 fragments past the end: 1", v6: nil, discarded),
        Situation(
            "no multiple of eight", [Piece(0, "aaaa")], v4: nil, "fragments of invalid length: 1", v6: nil,
            "fragments of invalid length: 1"),
        Situation(
            "empty", [Piece(0, "", more: false)], v4: nil, "fragments of invalid length: 1", v6: nil,
            "fragments of invalid length: 1"),
        Situation(
            "too long", [Piece(65_528, "aaaaaaaa", more: false)], v4: nil,
            "fragments past the longest datagram: 1", v6: nil, "fragments past the longest datagram: 1"),
    ]

    @Test(arguments: situations)
    func reassembles(_ situation: Situation) {
        for (key, expected, losses) in [
            (v4, situation.expected.v4, situation.losses.v4),
            (v6, situation.expected.v6, situation.losses.v6),
        ] {
            var table = FragmentTable()
            var text: String?
            for piece in situation.pieces { text = table.insert(key, piece) }
            #expect(text == expected)
            #expect(table.losses == losses)
            let counters = table.counters
            #expect(counters.reassembled == (expected == nil ? 0 : 1))
        }
    }

    /// Each of these differs from `v4` in one field.
    @Test(arguments: [
        FragmentKey(
            source: IPAddress(v4: 9), destination: IPAddress(v4: 2), identification: 3, payloadProtocol: 17),
        FragmentKey(
            source: IPAddress(v4: 1), destination: IPAddress(v4: 9), identification: 3, payloadProtocol: 17),
        FragmentKey(
            source: IPAddress(v4: 1), destination: IPAddress(v4: 2), identification: 9, payloadProtocol: 17),
        FragmentKey(
            source: IPAddress(v4: 1), destination: IPAddress(v4: 2), identification: 3, payloadProtocol: 6),
        FragmentKey(
            source: IPAddress(v4: 1), destination: IPAddress(v4: 2), identification: 3, payloadProtocol: 17,
            tunnel: 9),
    ])
    func tellsDatagramsApart(_ other: FragmentKey) {
        var table = FragmentTable()
        #expect(table.insert(v4, Piece(0, "aaaaaaaa")) == nil)
        #expect(table.insert(other, Piece(8, "b", more: false)) == nil)
        #expect(table.insert(v4, Piece(8, "c", more: false)) == "aaaaaaaac")
        #expect(table.count == 1)
    }

    @Test func takesTheProtocolOfTheFirstFragment() {
        var table = FragmentTable()
        let later = FragmentKey(
            source: v6.source, destination: v6.destination, identification: v6.identification,
            payloadProtocol: 60)
        #expect(table.insert(v6, Piece(0, "aaaaaaaa")) == nil)
        let outcome = [UInt8(1)].withBytes {
            table.insert(key: later, offset: 8, more: false, bytes: $0, at: Timestamp(seconds: 0))
        }
        #expect(
            outcome
                == .whole(payloadProtocol: 17, packets: 2, wireLength: 0, began: Timestamp(seconds: 0)))
    }

    @Test func doesNotTakeWhatTheCaptureCutOff() {
        var table = FragmentTable()
        let outcome = [UInt8](repeating: 0, count: 64).withBytes {
            table.insert(
                key: v4, offset: 0, more: true, bytes: $0, wirePayloadLength: 1480, at: Timestamp(seconds: 0))
        }
        #expect(outcome == .waiting && table.isEmpty)
        #expect(table.losses == "fragments cut off: 1")
    }
}

extension FragmentTable {
    fileprivate var isEmpty: Bool { count == 0 && heldBytes == 0 }
}

@Suite struct FragmentBoundTests {
    private func key(_ identification: UInt32) -> FragmentKey {
        FragmentKey(
            source: v4.source, destination: v4.destination, identification: identification,
            payloadProtocol: 17)
    }

    @Test func datagramsExpire() {
        var table = FragmentTable()
        #expect(table.insert(key(1), Piece(0, "aaaaaaaa"), at: 100) == nil)
        #expect(table.insert(key(2), Piece(0, "aaaaaaaa"), at: 120) == nil)
        #expect(table.insert(key(1), Piece(8, "bbbbbbbb"), at: 130) == nil)
        #expect(table.count == 2)
        // The first fragment's time counts, so that the second does not prolong the wait.
        #expect(table.insert(key(1), Piece(16, "c", more: false), at: 131) == nil)
        #expect(table.count == 2)
        #expect(table.losses == "datagrams expired: 1")
        #expect(table.insert(key(2), Piece(8, "b", more: false), at: 150) == "aaaaaaaab")
    }

    @Test func timeMayStepBack() {
        var table = FragmentTable()
        #expect(table.insert(key(1), Piece(0, "aaaaaaaa"), at: 100) == nil)
        #expect(table.insert(key(1), Piece(8, "b", more: false), at: 1) == "aaaaaaaab")
    }

    @Test func oldestDatagramGoesFirst() {
        var table = FragmentTable()
        for identification in 0..<257 {
            #expect(table.insert(key(UInt32(identification)), Piece(0, "aaaaaaaa")) == nil)
        }
        #expect(table.count == 256)
        #expect(table.losses == "datagrams evicted, table full: 1")
        #expect(table.insert(key(1), Piece(8, "b", more: false)) == "aaaaaaaab")
        #expect(table.insert(key(0), Piece(8, "b", more: false)) == nil)
    }

    @Test func bytesAreBounded() {
        var limits = FragmentLimits()
        limits.totalBytes = 100
        var table = FragmentTable(limits: limits)
        let text = String(repeating: "a", count: 40)
        for identification in 0..<3 {
            #expect(table.insert(key(UInt32(identification)), Piece(0, text)) == nil)
        }
        #expect(table.heldBytes == 80 && table.count == 2)
        #expect(table.losses == "datagrams evicted, too many bytes: 1")
    }

    /// An offset claims up to 64 KB; only what came is held.
    @Test func farOffsetsTakeNoMemory() {
        var table = FragmentTable()
        for identification in 0..<200 {
            #expect(table.insert(key(UInt32(identification)), Piece(65_520, "aaaaaaaa")) == nil)
        }
        #expect(table.heldBytes == 1600 && table.losses.isEmpty)
    }

    @Test func fragmentsAreBounded() {
        var table = FragmentTable()
        for index in 0..<64 { #expect(table.insert(v4, Piece(index * 16, "aaaaaaaa")) == nil) }
        #expect(table.heldBytes == 0)
        #expect(table.insert(v4, Piece(8, "aaaaaaaa")) == nil)
        #expect(table.losses == "datagrams in too many fragments: 1, fragments of discarded datagrams: 1")
    }

    @Test func countersAdd() {
        var sum = FragmentCounters()
        var table = FragmentTable()
        _ = table.insert(v4, Piece(0, "a"))
        _ = table.insert(v4, Piece(0, "a", more: false))
        sum += table.counters
        sum += table.counters
        #expect(sum.reassembled == 2 && sum[.invalidLength] == 2)
    }
}
