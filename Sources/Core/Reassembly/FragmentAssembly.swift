internal import Net

/// The fragments of one datagram that came so far.
struct FragmentAssembly {
    /// A run of the datagram's bytes, and where they are stored.
    struct Piece {
        var offset: Int
        var length: Int
        var stored: Int
        var end: Int { offset + length }
    }

    /// Why bytes were not taken.
    enum Refusal {
        case duplicate
        case overlap
        case contradictingEnd
    }

    /// Ordered by offset, without overlap.
    private(set) var pieces: [Piece] = []
    /// The bytes of the pieces in the order they came: memory follows what came, not what an offset claims.
    private(set) var bytes: [UInt8] = []
    /// The datagram's length, once the last fragment came.
    private(set) var length: Int?

    /// Whether no byte is missing.
    ///
    /// Pieces neither overlap nor exceed the length, so that their sum tells.
    var isWhole: Bool { bytes.count == length }

    /// How the bytes of `range` relate to what came before, and to the end of the datagram.
    func refusal(_ new: RawSpan, _ range: Range<Int>, more: Bool) -> Refusal? {
        let reached = pieces.last?.end ?? 0
        if let length, range.upperBound > length || (!more && range.upperBound != length) {
            return .contradictingEnd
        }
        if !more, reached > range.upperBound { return .contradictingEnd }
        guard let piece = pieces.first(where: { $0.end > range.lowerBound }), piece.offset < range.upperBound
        else { return nil }
        guard piece.offset == range.lowerBound, piece.length == range.count else { return .overlap }
        for index in 0..<piece.length where bytes[piece.stored + index] != new.u8(index) { return .overlap }
        return .duplicate
    }

    /// Takes those bytes of `range` that did not come before.
    mutating func insert(_ new: RawSpan, _ range: Range<Int>, more: Bool) {
        if !more { length = range.upperBound }
        var next = range.lowerBound
        var index = pieces.firstIndex { $0.end > range.lowerBound } ?? pieces.count
        while next < range.upperBound {
            let gapEnd = index < pieces.count ? min(pieces[index].offset, range.upperBound) : range.upperBound
            if gapEnd > next {
                pieces.insert(Piece(offset: next, length: gapEnd - next, stored: bytes.count), at: index)
                new.append(from: next - range.lowerBound, count: gapEnd - next, to: &bytes)
                index += 1
            }
            guard index < pieces.count else { return }
            next = pieces[index].end
            index += 1
        }
    }

    /// Writes the datagram's bytes in order.
    func write(to datagram: inout [UInt8]) {
        datagram.removeAll(keepingCapacity: true)
        for piece in pieces { datagram.append(contentsOf: bytes[piece.stored..<piece.stored + piece.length]) }
    }

    /// Forgets the bytes, and gives their memory back, but for what most datagrams need.
    mutating func clear() {
        length = nil
        pieces.removeAll(keepingCapacity: pieces.capacity <= 16)
        bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptBytes)
    }

    /// The memory that is kept for the next datagram in the same place: a megabyte at most for a full table.
    private static var keptBytes: Int { 4096 }
}
