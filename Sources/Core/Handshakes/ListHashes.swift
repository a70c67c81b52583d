internal import Crypto

/// The hashes of lists that were met lately: a program sends the same lists in every hello, and hashing them takes longer
/// than reading the hello.
///
/// One for each thread.
public final class ListHashes {
    private struct Entry {
        var values: [UInt16] = []
        var more: [UInt16] = []
        var digits: [UInt8] = []
    }

    private static let capacity = 256
    private var entries = Array(repeating: Entry(), count: ListHashes.capacity)

    /// None yet.
    public init() {}

    /// The first twelve hexadecimal digits of the SHA-256 of both lists as text; zeros when the first is empty.
    func digits(of values: [UInt16], and more: [UInt16] = []) -> [UInt8] {
        guard !values.isEmpty else { return Array(repeating: UInt8(ascii: "0"), count: 12) }
        let place = Self.place(of: values, more)
        if entries[place].values != values || entries[place].more != more {
            entries[place] = Entry(values: values, more: more, digits: Self.hash(Self.text(values, more)))
        }
        return entries[place].digits
    }

    private static func place(of values: [UInt16], _ more: [UInt16]) -> Int {
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
