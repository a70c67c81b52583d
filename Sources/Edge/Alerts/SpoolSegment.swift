/// A file of a spool: entries one after the other, numbered without gaps.
struct SpoolSegment {
    /// The number of its first entry; the file is named after it.
    let first: UInt64
    /// The number of the last entry; one less than `first` when it is empty.
    var last: UInt64
    /// The bytes of whole entries.
    var size: Int

    init(first: UInt64) {
        self.first = first
        last = first - 1
        size = 0
    }

    var name: String {
        let digits = "\(first)"
        return String(repeating: "0", count: max(0, 20 - digits.count)) + digits + ".alerts"
    }

    /// The first number in a file's name; nil when the file is no segment.
    static func first(inName name: String) -> UInt64? {
        // Entries are counted from 1, and nobody has counted so far.
        guard let first = UInt64(name.prefix(20)), (1...1 << 62).contains(first),
            SpoolSegment(first: first).name == name
        else { return nil }
        return first
    }
}
