public import Net

/// An Ethernet frame of a capture.
public struct CapturedFrame: Equatable, Sendable {
    /// Its place in the capture that it was made from, counted from 1; copies share it.
    public var number: Int
    /// When it was captured.
    public var time: Timestamp
    /// What was captured of it.
    public var bytes: [UInt8]
    /// How many bytes it had on the wire, never fewer than were captured.
    public var originalLength: Int

    /// A frame that was captured whole unless `originalLength` says otherwise.
    public init(number: Int, time: Timestamp, bytes: [UInt8], originalLength: Int? = nil) {
        self.number = number
        self.time = time
        self.bytes = bytes
        self.originalLength = max(originalLength ?? 0, bytes.count)
    }

    /// Puts bytes in place of some others.
    mutating func replace(_ range: Range<Int>, with new: [UInt8]) {
        bytes.replaceSubrange(range, with: new)
        originalLength += new.count - range.count
    }

    /// Overwrites the two bytes at `offset`.
    mutating func put(_ value: UInt16, at offset: Int) {
        bytes[offset] = UInt8(value >> 8)
        bytes[offset + 1] = UInt8(value & 255)
    }
}

extension UInt16 {
    /// The two bytes in network order.
    var networkBytes: [UInt8] { [UInt8(self >> 8), UInt8(self & 255)] }
}

extension UInt64 {
    /// The eight bytes in network order.
    var networkBytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: self >> UInt64(56 - 8 * $0)) } }
}
