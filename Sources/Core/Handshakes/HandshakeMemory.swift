internal import Crypto
internal import Net

/// What handshakes say again and again: a program sends the same lists in every hello, a server the same certificate,
/// and to hash and to read them takes longer than to find them.
///
/// One for each thread.
public final class HandshakeMemory {
    private var lists = Array(repeating: HashedLists(), count: HashedLists.capacity)
    private var certificates = Array(repeating: ReadCertificate(), count: ReadCertificate.capacity)

    /// Nothing was heard yet.
    public init() {}

    /// What the certificate that takes up `range` says, or as much of one as is there.
    func certificate(_ bytes: borrowing RawSpan, in range: Range<Int>) -> Certificate {
        let place = ReadCertificate.place(of: bytes, range)
        if !bytes.holds(certificates[place].bytes, in: range) {
            certificates[place] = ReadCertificate(
                bytes: bytes.copy(from: range.lowerBound, atMost: range.count),
                certificate: Certificate(bytes, in: range))
        }
        return certificates[place].certificate
    }

    /// The first twelve hexadecimal digits of the SHA-256 of both lists as text; zeros when the first is empty.
    func digits(of values: [UInt16], and more: [UInt16] = []) -> [UInt8] {
        guard !values.isEmpty else { return Array(repeating: UInt8(ascii: "0"), count: 12) }
        let place = HashedLists.place(of: values, more)
        if lists[place].values != values || lists[place].more != more {
            lists[place] = HashedLists(values: values, more: more)
        }
        return lists[place].digits
    }
}

/// A certificate that was read.
private struct ReadCertificate {
    var bytes: [UInt8] = []
    var certificate = Certificate()

    static let capacity = 256

    /// Every certificate ends with its own signature, and has a number of its own near its beginning.
    static func place(of bytes: borrowing RawSpan, _ range: Range<Int>) -> Int {
        guard range.count >= 24 else { return 0 }
        let mixed = Mixing.mix(
            bytes.u64(range.lowerBound + 16) ^ 0x9e37_79b9_7f4a_7c15, bytes.u64(range.upperBound - 8))
        return Int(truncatingIfNeeded: mixed >> 32) & (capacity - 1)
    }
}

/// Two lists with their hash.
private struct HashedLists {
    var values: [UInt16] = []
    var more: [UInt16] = []
    var digits: [UInt8] = []

    static let capacity = 256

    /// No lists.
    init() {}

    init(values: [UInt16], more: [UInt16]) {
        (self.values, self.more) = (values, more)
        digits = Self.hash(Self.text(values, more))
    }

    static func place(of values: [UInt16], _ more: [UInt16]) -> Int {
        var mixed: UInt64 = 0
        for value in values { mixed = (mixed ^ UInt64(value)) &* 0x9e37_79b9_7f4a_7c15 }
        for value in more { mixed = (mixed ^ UInt64(value)) &* 0x9e37_79b9_7f4a_7c15 }
        return Int(truncatingIfNeeded: mixed >> 40) & (capacity - 1)
    }

    /// Four hexadecimal digits each, separated by commas, and an underscore between the lists.
    private static func text(_ values: [UInt16], _ more: [UInt16]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(5 * (values.count + more.count))
        for list in [values, more] {
            for (place, value) in list.enumerated() {
                if !text.isEmpty { text.append(place == 0 ? UInt8(ascii: "_") : UInt8(ascii: ",")) }
                for shift in stride(from: 12, through: 0, by: -4) { text.append(Hex.digit(value >> shift)) }
            }
        }
        return text
    }

    private static func hash(_ text: [UInt8]) -> [UInt8] {
        var digits: [UInt8] = []
        digits.reserveCapacity(12)
        for byte in SHA256.hash(data: text).prefix(6) {
            digits.append(Hex.digit(byte >> 4))
            digits.append(Hex.digit(byte))
        }
        return digits
    }
}
