/// A TCP sequence number: counts modulo 2^32 (RFC 9293 section 3.4).
///
/// The one home of wrapping arithmetic: a difference is signed and reaches half the circle either way.
public struct SequenceNumber: Hashable, Sendable, BitwiseCopyable {
    /// The number as on the wire.
    public var value: UInt32

    /// A sequence number as on the wire.
    @inlinable @inline(__always)
    public init(_ value: UInt32) { self.value = value }

    /// The number `count` bytes on.
    @inlinable @inline(__always)
    public func advanced(by count: Int) -> SequenceNumber {
        SequenceNumber(value &+ UInt32(truncatingIfNeeded: count))
    }

    /// How many bytes this lies after `base`; negative when before, -2^31 to 2^31 - 1.
    @inlinable @inline(__always)
    public func distance(after base: SequenceNumber) -> Int {
        Int(Int32(bitPattern: value &- base.value))
    }
}
